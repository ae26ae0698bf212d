"""Whose rules a program runs by: Python's own, or those of LiveCodeBench's harness.

There a program finds names that it never imported and may recurse deeper. A script is a function that is called once:
its names are that function's, so that `global` finds none of them, and leaving it is an end like any other. A function
is looked for in the one `Solution` that serves all calls, or where there is no such class, among the program's names.
"""

import ast
import sys
from sys import setrecursionlimit

from program import MAIN, compiled

__builtins__ = dict(__builtins__)

# Modules whose names a program has, and which it has themselves but for the last two. Later names hide earlier ones.
_MODULES = """
    string re datetime collections heapq bisect copy math random statistics itertools functools operator io sys json
    builtins typing
""".split()
_LINES = [*(f"from {name} import *\n" for name in _MODULES), *(f"import {name}\n" for name in _MODULES[:-2])]
_NAMES = {}
exec("".join(_LINES), _NAMES)
# There it is forbidden, and `exit` is not.
_NAMES["quit"] = None
del _NAMES["__builtins__"]
# Of these, what every run has of its own.
_OF_A_RUN = "stdin stdout stderr argv orig_argv path".split()
_RECURSION = 50_000
_METHOD = "Solution()."
_IS_SCRIPT = ast.dump(ast.parse("__name__ == '__main__'", mode="eval").body)
_FUNCTION = "def wrapped_function(): pass"
_IMPORTS = ast.Import, ast.ImportFrom


class Plain:
    """Python's own rules."""

    def furnish(self, namespace):
        """Gives a program what it finds when it begins."""

    def script(self, source):
        """The code of a program that is run as a script."""
        return compiled(source, MAIN)

    def module(self, source):
        """The code of a program that is loaded."""
        return compiled(source, MAIN)

    def ending(self, ending):
        """How a script has ended, by how its code did."""
        return ending

    def find(self, function, namespace, source):
        """What is called."""
        return eval(function, namespace)


class LiveCodeBench(Plain):
    """Those of LiveCodeBench's harness, but that its imitations of streams are none here."""

    def __init__(self):
        self._solution = None

    def furnish(self, namespace):
        namespace.update(_NAMES)
        namespace.update((name, getattr(sys, name)) for name in _OF_A_RUN)
        setrecursionlimit(_RECURSION)

    def script(self, source):
        body = ast.parse(source, MAIN).body
        if body and isinstance(body[-1], ast.If) and ast.dump(body[-1].test) == _IS_SCRIPT:
            body[-1:] = body[-1].body
        tree = ast.parse(_FUNCTION)
        tree.body[0].body = [statement for statement in body if not isinstance(statement, _IMPORTS)]
        imports = [statement for statement in body if isinstance(statement, _IMPORTS)]
        # Something stands before them, so that an import of `__future__` comes too late, as it does there.
        tree.body[:0] = [*ast.parse("__name__ = 'main'").body, *imports]
        tree.body += ast.parse("wrapped_function()").body
        return compile(tree, MAIN, "exec", dont_inherit=True)

    def module(self, source):
        tree = ast.parse(source, MAIN)
        tree.body[:0] = ast.parse("import sys").body
        return compile(tree, MAIN, "exec", dont_inherit=True)

    def ending(self, ending):
        return "finished" if "exited" in ending else ending

    def find(self, function, namespace, source):
        name = function[len(_METHOD) :] if function.startswith(_METHOD) else function
        if not name.isidentifier():
            return eval(function, namespace)
        if "class Solution" not in source:
            return eval(name, namespace)
        if self._solution is None:
            self._solution = eval("Solution()", namespace)
        return getattr(self._solution, name)


HARNESSES = {"plain": Plain, "live_code_bench": LiveCodeBench}
