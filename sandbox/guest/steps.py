"""The guest's side of the conversation: takes a step, carries it out, answers.

The steps that the host can ask for stand here by name. Each gives an ending and perhaps a value. The same code answers
in the sandbox and in a native process.
"""

import json

import judge
import metrics
import program
import tracing
import values

__builtins__ = dict(__builtins__)

_loaded = None
_source = None
_read = json.JSONDecoder().scan_once


def answer(frame):
    """Carries out the step in a frame, and gives the frame that answers it."""
    step, _ = _read(frame.decode(), 0)
    carry_out = STEPS[step.pop("step")]
    try:
        ending, value = carry_out(**step)
    except BaseException as error:
        ending, value = {"crashed": {"reason": f"the guest failed: {type(error).__name__}"}}, None
    return values.text({"ending": ending, "value": value}).encode()


def _script(source, arguments, seed, recursion):
    last = [program.begin("__main__", source, arguments, seed, recursion)]
    ending, error = program.execute(source, last[0], program.MAIN, "program")
    _close(last, ending, error)
    return ending, None


def _load(source, arguments, seed, recursion):
    """The program is imported, as a test harness does: what it does only as a script is left undone."""
    global _loaded, _source
    _source = source
    _loaded = program.begin("main", source, arguments, seed, recursion)
    ending, _ = program.execute(source, _loaded, program.MAIN, "program")
    program.flush()
    return ending, None


def _call(function, arguments):
    given = []

    def action():
        called = eval(function, _loaded)
        given.append(called(*(values.decode(argument) for argument in arguments)))
        given[0] = values.encode(given[0])

    ending, _ = program.carry_out(action, "call")
    program.flush()
    return ending, given[0] if ending == "finished" else None


def _test(source):
    judge.arm()
    ending = judge.judge(source, _loaded, _source)
    program.flush()
    return ending, None


def _trace(source, arguments, seed, recursion, events, characters, variables):
    last = [program.begin("__main__", source, arguments, seed, recursion)]
    ending, error, found = tracing.run(source, last[0], events, characters, variables)
    _close(last, ending, error)
    return ending, found


def _close(last, ending, error):
    if type(ending) is not str and "exited" not in ending:
        program.report(error)
    del error
    program.finish(last)


def _metrics(source):
    return metrics.count(source)


def loaded():
    """The namespace of the program that was loaded last."""
    return _loaded


def forget():
    """Lets go of it."""
    global _loaded, _source
    _loaded = _source = None
_source = None


STEPS = {"script": _script, "load": _load, "call": _call, "test": _test, "trace": _trace, "metrics": _metrics}
