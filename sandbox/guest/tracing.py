"""Execution traces: what each line does, how often it ran, and which way each branch went.

Only the program's own code is followed: neither a test script's nor the library's. A generator is one frame that is
left and entered again.
"""

from opcode import opmap
from sys import getrecursionlimit, setrecursionlimit

import lines
import program
from shown import show

__builtins__ = dict(__builtins__)

# Where a frame stands that is left: at the instruction, or behind it.
_RETURNS = frozenset(opmap[name] for name in ("RETURN_VALUE", "RETURN_CONST") if name in opmap)
_YIELDS = frozenset(opmap[name] for name in ("YIELD_VALUE", "RESUME") if name in opmap)
_ATOMS = frozenset({int, float, bool, str, bytes, complex, type(None)})
_SIZED = frozenset({list, tuple, dict, set, frozenset, str, bytes, bytearray})
# What a call gives back is what a reader of the trace has to say, and has more room than what is seen on the way.
_RETURNED = 10_000
# What looking itself takes of the recursion limit, which would be the program's.
_LEVELS = 100


class Trace:
    """What a program's code does from `begin` on."""

    def __init__(self, source, script, events, characters, variables):
        self._limit, self._characters, self._variables = events, characters, variables
        self._counts = dict.fromkeys(lines.executable(source, script), 0)
        self._branches = [branch for branch in lines.branches(source) if branch.line in self._counts]
        self._branches_at = lines.by_line(self._branches)
        self._events, self._functions, self._depth = [], [], -1
        self._cut, self._returned = False, None

    def begin(self):
        setrecursionlimit(getrecursionlimit() + _LEVELS)
        program.trace(self._enter)

    def end(self, returned):
        """Says what the call gave back that was followed until now."""
        program.untrace()
        self._returned = show(returned, max(self._characters, _RETURNED))

    def report(self):
        return {
            "functions": self._functions,
            "events": self._events,
            "cut": self._cut,
            "coverage": sorted(self._counts.items()),
            "branches": [branch.report() for branch in self._branches],
            "returned": self._returned,
        }

    def _enter(self, frame, event, argument):
        """Called for every function that begins or goes on; only the program's own are followed."""
        if frame.f_code.co_filename != program.MAIN or not self.has_room():
            return None
        self._depth += 1
        followed = getattr(frame.f_trace, "__self__", None)
        if type(followed) is _Frame:
            return followed.resume(frame)
        self._functions.append(program.printable(_name_of(frame.f_code)))
        return _Frame(self, len(self._functions) - 1).call(frame)

    def leave(self):
        self._depth -= 1

    def has_room(self):
        """Whether another event may be added. Where it may not, this was the last that was seen."""
        if len(self._events) < self._limit:
            return True
        self._cut = True
        program.untrace()
        return False

    def note(self, event, frame, line, value):
        """Adds an event, and gives the list of the changes that it makes."""
        changes = []
        self._events.append((event, frame, self._depth, line, self._counts.get(line, 0), changes, value))
        return changes

    def count(self, line):
        """A line runs once more."""
        self._counts[line] = self._counts.get(line, 0) + 1

    def went(self, before, after):
        """Control passed from one line of a frame to another, or out of it."""
        for branch in self._branches_at.get(before, ()):
            branch.count(after)

    def look(self, frame, seen, changes):
        """Adds the variables of a frame that are not as they were seen."""
        if not self._variables:
            return
        variables = frame.f_locals
        for name, value in list(variables.items()):
            atom = value if type(value) in _ATOMS else None
            is_known = atom is not None and seen.get(name, _UNSEEN)[0] is atom
            if is_known or type(name) is not str or name.startswith(("__", ".")):
                continue
            shown = show(value, self._characters)
            # What is too large to be seen whole is still seen to grow.
            size = len(value) if shown[2] and type(value) in _SIZED else None
            if seen.get(name, _UNSEEN)[1:] != (shown, size):
                changes.append((name, *shown))
            seen[name] = atom, shown, size
        for name in [name for name in seen if name not in variables]:
            del seen[name]
            changes.append((name, None, None, False))

    def show(self, value):
        """Code of the program that runs here is not traced: tracing is off within a trace function."""
        return show(value, self._characters)


_UNSEEN = (None, None, None)


def _name_of(code):
    """Qualified, where this Python knows it."""
    return getattr(code, "co_qualname", code.co_name)


class _Frame:
    """One call of a function: where control is in it, and its variables as they were last seen.

    What a line changes is known when the next thing happens in its frame, and is added to its event then.
    """

    def __init__(self, trace, number):
        self._trace, self._number = trace, number
        # Where control comes from; nowhere while an exception is on its way.
        self._from = None
        self._raising = False
        self._seen, self._changes = {}, []

    def call(self, frame):
        self._changes = self._note("call", frame)
        self._look(frame, self._changes)
        return self._follow

    def resume(self, frame):
        """What others did to its variables meanwhile is not the work of the line that yielded."""
        self._look(frame, self._note("resume", frame))
        return self._follow

    def _follow(self, frame, event, argument):
        self._look(frame, self._changes)
        if not self._trace.has_room():
            return None
        if event == "line":
            self._at(frame)
        elif event == "exception":
            self._raised(frame, *argument)
        elif event == "return":
            self._left(frame, argument)
        return self._follow

    def _look(self, frame, changes):
        try:
            self._trace.look(frame, self._seen, changes)
        except Exception:
            # A class may have a namespace of the program's own making, which does not show what is in it.
            pass

    def _at(self, frame):
        self._trace.went(self._from, frame.f_lineno)
        self._from = frame.f_lineno
        self._raising = False
        self._trace.count(frame.f_lineno)
        self._changes = self._note("line", frame)

    def _raised(self, frame, kind, error, traceback):
        # An iterator's end is how a loop learns that it is over.
        if kind is not StopIteration:
            self._from, self._raising = None, True
        self._note("exception", frame, self._trace.show(error))

    def _left(self, frame, given):
        operation = frame.f_code.co_code[frame.f_lasti] if frame.f_lasti >= 0 else None
        if operation in _RETURNS:
            self._trace.went(self._from, None)
            self._note("return", frame, self._trace.show(given))
        # One that is thrown into a generator finds it at a yield, which then gives nothing.
        elif operation in _YIELDS and not self._raising:
            self._note("yield", frame, self._trace.show(given))
        else:
            self._note("unwind", frame)
        self._trace.leave()

    def _note(self, event, frame, value=None):
        # A module is called before its first line, and what the compiler adds has no line.
        return self._trace.note(event, self._number, frame.f_lineno or 1, value)
