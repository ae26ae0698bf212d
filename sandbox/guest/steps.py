"""The guest's side of the conversation: takes a step, carries it out, answers.

The steps that the host can ask for stand here by name. The same code answers in the sandbox and in a native process.

Each gives an answer: how it ended, and as far as there are any the value, the report, and the most bytes that were
taken.
"""

import json

import heap
import judge
import metrics
import program
import values
from harness import HARNESSES
from tracing import Trace

__builtins__ = dict(__builtins__)

_loaded = None
_source = None
_harness = None
_read = json.JSONDecoder().scan_once
# What runs a code object, or does nothing where only the way there is measured.
_run = exec


def answer(frame):
    """Carries out the step in a frame, and gives the frame that answers it."""
    step, _ = _read(frame.decode(), 0)
    carry_out = STEPS[step.pop("step")]
    try:
        found = carry_out(**step)
    except BaseException as error:
        found = {"ending": {"crashed": {"reason": f"the guest failed: {type(error).__name__}"}}}
    return values.text(found).encode()


def _script(source, arguments, seed, recursion, measure="run", harness="plain"):
    last, rules = [program.begin("__main__", source, arguments, seed, recursion)], HARNESSES[harness]()
    rules.furnish(last[0])
    ending, error = program.execute(source, last[0], rules.script, _BEFORE.get(measure), _RUN.get(measure, exec))
    ending = rules.ending(ending)
    _close(last, ending, error)
    return {"ending": ending, "heap": heap.peak()}


def _load(source, arguments, seed, recursion, measure="run", harness="plain"):
    """The program is imported, as a test harness does: what it does only as a script is left undone."""
    global _loaded, _source, _harness, _run
    _source, _harness, _run = source, HARNESSES[harness](), _RUN.get(measure, exec)
    _loaded = program.begin("main", source, arguments, seed, recursion)
    _harness.furnish(_loaded)
    ending, _ = program.execute(source, _loaded, _harness.module, _BEFORE.get(measure))
    program.flush()
    return {"ending": ending}


def _call(function, arguments):
    return _calling(function, arguments, None)


def _test(source):
    judge.arm()
    ending = judge.judge(source, _loaded, _source, heap.begin, _run)
    program.flush()
    return {"ending": ending, "heap": heap.peak()}


def _trace(source, arguments, seed, recursion, measure, trace, harness="plain"):
    """The lines are those of the text as it stands: no harness makes a function of them."""
    last, rules = [program.begin("__main__", source, arguments, seed, recursion)], HARNESSES[harness]()
    rules.furnish(last[0])
    followed = Trace(source, True, **trace)
    ending, error = program.execute(source, last[0], HARNESSES["plain"]().script, followed.begin)
    ending, report = rules.ending(ending), followed.report()
    _close(last, ending, error)
    return {"ending": ending, "report": report}


def _trace_call(function, arguments, trace):
    followed = Trace(_source, False, **trace)
    return {**_calling(function, arguments, followed), "report": followed.report()}


def _trace_test(source, trace):
    followed = Trace(_source, False, **trace)
    judge.arm()
    ending = judge.judge(source, _loaded, _source, followed.begin)
    program.flush()
    return {"ending": ending, "report": followed.report()}


def _metrics(source):
    ending, report = metrics.count(source)
    return {"ending": ending, "report": report}


def _calling(function, arguments, followed):
    """Calls a function of the loaded program. Only the call itself is followed or counted: neither the making of a
    method's object, nor what is done to its answer."""
    given, taken = None, None

    def action():
        nonlocal given, taken
        called = _harness.find(function, _loaded, _source)
        decoded = [values.decode(argument) for argument in arguments]
        heap.begin()
        if followed is None:
            value = called(*decoded) if _run is exec else None
        else:
            followed.begin()
            value = called(*decoded)
            followed.end(value)
        taken = heap.peak()
        given = values.encode(value)

    ending, _ = program.carry_out(action, "call")
    program.flush()
    return {"ending": ending, "value": given if ending == "finished" else None, "heap": taken}


def _nothing(code, namespace):
    pass


_BEFORE = {"heap": heap.count}
_RUN = {"overhead": _nothing}


def _close(last, ending, error):
    if type(ending) is not str and "exited" not in ending:
        program.report(error)
    del error
    program.finish(last)


def loaded():
    """The namespace of the program that was loaded last."""
    return _loaded


def forget():
    """Lets go of it."""
    global _loaded, _source, _harness
    _loaded = _source = _harness = None


STEPS = {
    "script": _script,
    "load": _load,
    "call": _call,
    "test": _test,
    "trace": _trace,
    "trace_call": _trace_call,
    "trace_test": _trace_test,
    "metrics": _metrics,
}
