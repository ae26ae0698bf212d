"""EvalPlus over HumanEval's own inputs: `evalplus_run.py prepare HUMANEVAL FILE`, then `evalplus_run.py run FILE PROCESSES`.

EvalPlus fetches its inputs from a network. `prepare` takes those that HumanEval's check functions call a solution with,
and notes what the reference answers, as EvalPlus' own ground truth does. `run` checks every reference with EvalPlus'
`check_correctness` in as many processes as its command would, and prints how many passed.
"""

import copy
import gzip
import json
import pickle
import sys
from concurrent.futures import ProcessPoolExecutor

from evalplus.config import DEFAULT_GT_TIME_LIMIT_FACTOR, DEFAULT_MIN_TIME_LIMIT
from evalplus.evaluate import check_correctness
from evalplus.gen.util import trusted_exec


def main():
    mode, *arguments = sys.argv[1:]
    {"prepare": prepare, "run": check}[mode](*arguments)


def prepare(published, file):
    with gzip.open(published, "rt", encoding="utf-8") as lines:
        tasks = [task_of(json.loads(line)) for line in lines]
    with open(file, "wb") as out:
        pickle.dump(tasks, out)


def task_of(published):
    """A problem in EvalPlus' form, its solution, and what the solution answers."""
    solution, entry = published["prompt"] + published["canonical_solution"], published["entry_point"]
    inputs = called_with(solution, entry, published["test"])
    # The one problem whose answers HumanEval itself takes with a tolerance for which EvalPlus has an oracle.
    tolerance = 1e-4 if entry == "find_zero" else 0
    problem = {"task_id": published["task_id"], "prompt": published["prompt"], "entry_point": entry, "atol": tolerance,
               "canonical_solution": published["canonical_solution"], "base_input": inputs, "plus_input": []}
    answers, times = trusted_exec(solution, copy.deepcopy(inputs), entry, record_time=True)
    return problem, solution, {"base": answers, "base_time": times, "plus": [], "plus_time": []}


def called_with(solution, entry, test):
    """The arguments of every call that the check function makes."""
    namespace, inputs = {}, []
    exec(solution + "\n" + test, namespace)

    def candidate(*arguments):
        inputs.append(list(copy.deepcopy(arguments)))
        return namespace[entry](*arguments)

    namespace["check"](candidate)
    return inputs


def check(file, processes):
    with open(file, "rb") as tasks, ProcessPoolExecutor(max_workers=int(processes)) as executor:
        checks = [
            executor.submit(check_correctness, "humaneval", 0, problem, solution, answers, True, True, problem["task_id"],
                            DEFAULT_MIN_TIME_LIMIT, DEFAULT_GT_TIME_LIMIT_FACTOR)
            for problem, solution, answers in pickle.load(tasks)
        ]
        print("passed:", sum(done.result()["base"][0] == "pass" for done in checks))


if __name__ == "__main__":
    main()
