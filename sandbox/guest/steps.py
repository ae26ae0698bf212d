"""The steps that the host can ask for, by name.

Each gives an answer: how it ended, and as far as there are any the value, the report, and the most bytes that were
taken.
"""

import heap
import judge
import metrics
import program
import values
from tracing import Trace

__builtins__ = dict(__builtins__)

_loaded = None
_source = None
# What runs a code object, or does nothing where only the way there is measured.
_run = exec


def _script(source, arguments, seed, recursion, measure="run"):
    last = [program.begin("__main__", source, arguments, seed, recursion)]
    before, run = _BEFORE.get(measure), _RUN.get(measure, exec)
    ending, error = program.execute(source, last[0], program.MAIN, "program", before, run)
    _close(last, ending, error)
    return {"ending": ending, "heap": heap.peak()}


def _load(source, arguments, seed, recursion, measure="run"):
    """The program is imported, as a test harness does: what it does only as a script is left undone."""
    global _loaded, _source, _run
    _source, _run = source, _RUN.get(measure, exec)
    _loaded = program.begin("main", source, arguments, seed, recursion)
    ending, _ = program.execute(source, _loaded, program.MAIN, "program", _BEFORE.get(measure))
    program.flush()
    return {"ending": ending}


def _call(function, arguments):
    return _calling(function, arguments, None)


def _test(source):
    judge.arm()
    ending = judge.judge(source, _loaded, _source, heap.begin, _run)
    program.flush()
    return {"ending": ending, "heap": heap.peak()}


def _trace(source, arguments, seed, recursion, measure, trace):
    last = [program.begin("__main__", source, arguments, seed, recursion)]
    followed = Trace(source, True, **trace)
    ending, error = program.execute(source, last[0], program.MAIN, "program", followed.begin)
    report = followed.report()
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
        called = eval(function, _loaded)
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
    global _loaded, _source
    _loaded = _source = None


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
