"""A program's text as a trace sees it: the lines that have code, and the branches between them."""

import ast
import dis
from opcode import opmap
from types import CodeType

import program

__builtins__ = dict(__builtins__)

_LOOPS_AND_IFS = (ast.If, ast.While, ast.For, ast.AsyncFor)
_CASE = getattr(ast, "match_case", ())
# A function's code, as opposed to a module's or a class's.
_OF_A_FUNCTION = 0x1
_START = opmap.get("RESUME")


def executable(source, script):
    """The lines that have code: all of a script's, and where functions are called, theirs."""
    lines = set()
    try:
        waiting = [(compile(source, program.MAIN, "exec", dont_inherit=True), script)]
    except Exception:
        return []
    while waiting:
        code, counts = waiting.pop()
        counts = counts or bool(code.co_flags & _OF_A_FUNCTION)
        if counts:
            begin = _begin(code.co_code)
            lines.update(line for end, line in _ends(code) if line and end > begin)
        waiting.extend((constant, counts) for constant in code.co_consts if type(constant) is CodeType)
    return sorted(lines)


def _ends(code):
    """Where the code of each line ends, as far as this Python tells."""
    if hasattr(code, "co_lines"):
        return [(end, line) for _, end, line in code.co_lines()]
    return [(len(code.co_code), line) for _, line in dis.findlinestarts(code)]


def _begin(bytecode):
    """Where a function's own code begins: what stands before belongs to the line with `def`."""
    for offset in range(0, len(bytecode), 2):
        if bytecode[offset] == _START:
            return offset + 2
    return 0


def branches(source):
    """The program's branches; those whose body stands on the line of their head cannot be told by lines."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except Exception:
        return []
    found = [Branch(type(node).__name__.lower().removeprefix("async"), node.lineno, _head_end(node), node.body)
             for node in nodes if isinstance(node, _LOOPS_AND_IFS)]
    found += [Branch("case", node.pattern.lineno, (node.guard or node.pattern).end_lineno, node.body)
              for node in nodes if isinstance(node, _CASE) and not _takes_everything(node)]
    return sorted(filter(Branch.is_visible, found), key=lambda branch: branch.line)


def _takes_everything(case):
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None


def by_line(branches):
    """The branches whose heads stand on each line."""
    found = {}
    for branch in branches:
        for line in branch.head:
            found.setdefault(line, []).append(branch)
    return found


def _head_end(node):
    return (node.test if isinstance(node, (ast.If, ast.While)) else node.iter).end_lineno


class Branch:
    """A statement that goes one of two ways: into its body, or past it."""

    def __init__(self, kind, line, head_end, body):
        self.line, self._kind = line, kind
        self.head = range(line, head_end + 1)
        self._body = range(body[0].lineno, body[-1].end_lineno + 1)
        self._taken = self._passed = 0

    def count(self, after):
        """Control passed from its head to a line, or out of the function."""
        if after not in self.head:
            if after in self._body:
                self._taken += 1
            else:
                self._passed += 1

    def is_visible(self):
        return self._body.start not in self.head

    def report(self):
        return self.line, self._kind, self._taken, self._passed
