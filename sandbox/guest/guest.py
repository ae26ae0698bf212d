"""The guest's side of a run: executes one program and says how it ended.

Imported once, when the snapshot is made: all that stands at the top level is part of every run's first state.
"""

import builtins
import gc
import io
import sys
import types

import wit_world
from wit_world import Ending

HEAD_ROOM = 24 << 20
PROGRAM = "<program>"
WARM_UP = """
numbers = [int(word) for word in input().split()]
print(sum(numbers), f"{len(numbers):3d}", sorted(numbers))
"""


def last_line(error):
    line, traceback = 0, error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == PROGRAM:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def execute(program):
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    main.__dict__["__builtins__"] = builtins
    try:
        exec(compile(program, PROGRAM, "exec"), main.__dict__)
        ending = 0, ""
    except SystemExit as error:
        ending = 2, f"SystemExit\t0\t{error.code}"
    except BaseException as error:
        ending = 1, f"{type(error).__name__}\t{last_line(error)}\t{error}"
    sys.stdout.flush()
    sys.stderr.flush()
    return ending


class WitWorld(wit_world.WitWorld):
    def run(self, program: str) -> Ending:
        return Ending(*execute(program))


def warm_up():
    """Lets the interpreter specialise its own code, and takes the memory that most programs need."""
    streams = sys.stdin, sys.stdout
    for _ in range(8):
        sys.stdin, sys.stdout = io.StringIO("3 1 2\n"), io.StringIO()
        execute(WARM_UP)
    sys.stdin, sys.stdout = streams
    bytearray(HEAD_ROOM)
    sys.modules["__main__"] = types.ModuleType("__main__")
    gc.collect()
    gc.freeze()


warm_up()
