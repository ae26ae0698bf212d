"""Execution traces: what each line does, which lines ran, and which way each branch went."""

import ast
import dis
import reprlib
from sys import settrace

import program

__builtins__ = dict(__builtins__)

_HEADS = (ast.If, ast.While, ast.For, ast.AsyncFor)


def run(source, namespace, events, characters, variables):
    """Runs a program as a script and notes what it does: its ending, the exception, and the report."""
    trace = _Trace(source, events, characters, variables)
    ending, error = program.execute(source, namespace, program.MAIN, "program", trace.begin)
    return ending, error, trace.report()


class _Trace:
    def __init__(self, source, events, characters, variables):
        self._limit, self._characters, self._variables = events, characters, variables
        self._events, self._executed, self._cut = [], set(), False
        self._branches = _branches(source)
        self._executable = _executable(source)
        self._repr = reprlib.Repr()
        self._repr.maxstring = self._repr.maxother = self._repr.maxlong = characters
        for kind in ("list", "tuple", "dict", "set", "frozenset", "deque", "array"):
            setattr(self._repr, "max" + kind, max(4, characters // 4))

    def begin(self):
        settrace(self._enter)

    def report(self):
        return {
            "events": self._events,
            "cut": self._cut,
            "executable": self._executable,
            "executed": sorted(self._executed),
            "branches": [branch.report() for branch in self._branches],
        }

    def _enter(self, frame, event, argument):
        """Called for every function that begins; only the program's own are followed."""
        if frame.f_code.co_filename != program.MAIN:
            return None
        return _Frame(self).follow(frame, event, argument)

    def note(self, line, event, changes):
        self._events.append([line, event, changes])
        if len(self._events) >= self._limit:
            self._cut = True
            settrace(None)

    def went(self, before, after):
        """Control passed from one line of a frame to another, or to its end."""
        self._executed.add(after) if after else None
        for branch in self._branches:
            branch.count(before, after)

    def changes(self, frame, seen):
        """The variables of a frame that are not as they were, as bounded text."""
        if not self._variables:
            return {}
        changed = {}
        for name, value in list(frame.f_locals.items()):
            if name.startswith("__"):
                continue
            shown = self._shown(value)
            if seen.get(name) != shown:
                seen[name] = changed[name] = shown
        for name in seen.keys() - frame.f_locals.keys():
            del seen[name]
            changed[name] = None
        return changed

    def _shown(self, value):
        """Code of the program that runs here is not traced: tracing is off within a trace function."""
        try:
            return program.printable(self._repr.repr(value)[: self._characters])
        except Exception as error:
            return f"<repr failed: {type(error).__name__}>"


class _Frame:
    """One call of a function: its line and its variables as they were last seen."""

    def __init__(self, trace):
        self._trace, self._line, self._seen = trace, None, {}

    def follow(self, frame, event, argument):
        trace, line = self._trace, max(1, frame.f_lineno)
        if event == "line":
            trace.went(self._line, line)
        elif event == "return":
            trace.went(self._line, None)
        changes = trace.changes(frame, self._seen)
        if event == "return":
            changes = {**changes, "return": trace._shown(argument)}
        elif event == "exception":
            changes = {**changes, "exception": program.printable(argument[0].__name__)}
        trace.note(line, event, changes)
        if event == "line":
            self._line = line
        return self.follow


class _Branch:
    """A statement that goes one of two ways."""

    def __init__(self, node):
        test = node.test if isinstance(node, (ast.If, ast.While)) else node.iter
        self._head = range(node.lineno, test.end_lineno + 1)
        self._body = node.body[0].lineno
        self._kind = type(node).__name__.lower().removeprefix("async")
        self._taken = self._passed = 0

    def count(self, before, after):
        if before in self._head and after not in self._head:
            if after == self._body:
                self._taken += 1
            else:
                self._passed += 1

    def is_visible(self):
        return self._body not in self._head

    def report(self):
        return {"line": self._head.start, "kind": self._kind, "taken": self._taken, "passed": self._passed}


def _branches(source):
    """The program's branches; those whose body stands on the line of their head cannot be told by lines."""
    try:
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, _HEADS)]
    except Exception:
        return []
    branches = map(_Branch, sorted(nodes, key=lambda node: (node.lineno, node.col_offset)))
    return [branch for branch in branches if branch.is_visible()]


def _executable(source):
    """The lines that have code."""
    lines = set()
    try:
        waiting = [compile(source, program.MAIN, "exec", dont_inherit=True)]
    except Exception:
        return []
    while waiting:
        code = waiting.pop()
        lines.update(line for _, line in dis.findlinestarts(code) if line)
        waiting.extend(constant for constant in code.co_consts if type(constant) is type(code))
    return sorted(lines)
