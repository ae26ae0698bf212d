"""Warming up: what a run would otherwise do first, done before the snapshot, so that every run finds it done."""

import gc
import io
import json
import linecache
import random
import sys
import types

import judge
import program
import steps

# Memory that the allocator holds and does not use, so that most programs never grow it.
_HEAD_ROOM = 24 << 20
_ROUNDS = 20

# Pieces of memory from large to small, every size of the small ones: C's allocator keeps a list for each.
_SIZES = (1 << 18, 1 << 16, 1 << 14, 1 << 12, *range(1 << 10, 16, -8))
_MOST = 20_000
_HEADER = sys.getsizeof(b"")
# Not zero: the snapshot is cut into segments where zeros begin and end, and there is a limit to their number.
_FILLER = b"\xff"
_filling = []

_SCRIPT = '''
import sys, math, heapq
from collections import deque, defaultdict, Counter
def squares(count):
    return [number * number for number in range(count)]
class Box:
    def __init__(self, content):
        self.content = content
count = int(input())
numbers = list(map(int, input().split()))
groups = defaultdict(list)
for number in numbers:
    groups[number].append(Box(number).content)
print(count + 1, sum(numbers), *squares(3), len(groups))
print("%d %s %.3f" % (1, "a", 2.0), f"{count:5d} {1/3:.2f}", sorted(numbers), " ".join(map(str, numbers)))
try:
    [][1]
except IndexError:
    pass
assert count == 3
'''
_ENDINGS = ("", "1 / 0", "exit()", "", "sys.exit(1)")
_FUNCTION = '''
from typing import List
def add(left: int, right: int) -> List[int]:
    """Adds."""
    return [left + right]
'''
_CHECK = '''
METADATA = {}
def check(candidate):
    assert candidate(1, 2) == [3]
    assert candidate(2, 2) != [3], "message"
    assert abs(candidate(1, 2)[0] - 3.0) < 1e-6
check(add)
'''


def up(answer):
    """Runs one of everything, often enough for the interpreter to have specialised its own code."""
    judge.remember()
    surroundings = {"arguments": [], "seed": 0, "recursion": 1000}
    for number in range(_ROUNDS):
        program.use_streams(*(io.TextIOWrapper(io.BytesIO(content)) for content in (b"3\n1 2 3\n" * 2, b"", b"")))
        ending = _ENDINGS[number % len(_ENDINGS)]
        _ask(answer, step="script", source=_SCRIPT + ending, **surroundings)
        _ask(answer, step="script", source=_SCRIPT + ending, harness="live_code_bench", **surroundings)
        _ask(answer, step="load", source=_FUNCTION, **surroundings)
        _ask(answer, step="call", function="add", arguments=[1, 2])
        judge.judge(_CHECK, steps.loaded(), _FUNCTION)
        judge.judge(_CHECK, steps.loaded(), "class")


def settle():
    """Leaves memory as a run should find it."""
    program.use_streams()
    steps.forget()
    linecache.clearcache()
    sys.modules.pop("main", None)
    sys.modules["__main__"] = types.ModuleType("__main__")
    random.seed(0)
    gc.collect()
    head_room = bytes(_HEAD_ROOM)
    _fill_holes(id(head_room))
    del head_room
    gc.freeze()


def _fill_holes(end):
    """Takes every free piece of memory below an address, for good.

    What was made and dropped until now left holes all over the heap. A run that filled them would write to hundreds of
    pages, each of which costs a fault or a copy; without them it allocates in one place, one page after another.
    """
    for size in _SIZES:
        for _ in range(_MOST):
            block = _FILLER * (size - _HEADER)
            if id(block) > end:
                break
            _filling.append(block)


def _ask(answer, **step):
    answer(json.dumps(step).encode())
