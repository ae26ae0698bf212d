"""Counts over a program's syntax tree, for static scores: nodes, lines, cyclomatic and cognitive complexity.

Counted is what Python does: comments and docstrings are gone, and the text is as `ast.unparse` writes it. Cyclomatic
complexity is what radon says of each block, cognitive complexity what the package of that name says of each function:
those are the figures that published scores are made of. Trees are walked without recursion, since a program may nest
as deeply as the parser lets it.
"""

import ast
from sys import setrecursionlimit

import program

__builtins__ = dict(__builtins__)

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Python 3.9 has none.
_MATCH = getattr(ast, "Match", ())
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)
_LOOPS = (ast.For, ast.While, ast.AsyncFor)
_BREAKS = (ast.If, ast.For, ast.While, ast.IfExp, ast.ExceptHandler)
# What `ast.unparse` needs for the deepest trees.
_RECURSION = 100_000


def count(source):
    """The counts of a program, or how it failed to be one."""
    try:
        setrecursionlimit(_RECURSION)
        text = _cleaned(ast.parse(source, program.MAIN))
        tree = ast.parse(text, program.MAIN)
        return "finished", {
            "nodes": sum(1 for _ in ast.walk(tree)),
            "lines": text.count("\n") + 1,
            "blocks": _blocks(tree),
            "functions": [
                {"name": name, "cognitive": _cognitive(function)} for name, function in _functions(tree).items()
            ],
        }
    except BaseException as error:
        return program.ending_of(error, "compile"), None


def _cleaned(tree):
    """The text of a tree without what stands for nothing at the beginning of a body: a docstring, a `...`."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, *_DEFINITIONS)) and node.body and _is_constant(node.body[0]):
            del node.body[0]
            if not node.body and not isinstance(node, ast.Module):
                node.body.append(ast.Pass())
    return ast.unparse(tree)


def _is_constant(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _blocks(tree):
    """radon's blocks in its order: functions, then each class followed by its methods. What is defined within a
    function, or in a class within a class, is none."""
    functions, classes = _definitions(tree.body)
    blocks = list(map(_block, functions))
    for node in classes:
        methods = list(map(_block, _definitions(node.body)[0]))
        complexity = 1 + _decisions(node.body) + sum(method["cyclomatic"] for method in methods)
        if methods:
            complexity = complexity // len(methods) + (len(methods) > 1)
        blocks += [{"name": node.name, "cyclomatic": complexity}, *methods]
    return blocks


def _block(function):
    """A function with one, and one for every decision in its body."""
    return {"name": function.name, "cyclomatic": 1 + _decisions(function.body)}


def _definitions(body):
    """The functions and the classes that a body defines itself, in whatever statements of its own, in their order."""
    functions, classes, waiting = [], [], body[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _FUNCTIONS):
            functions.append(node)
        elif isinstance(node, ast.ClassDef):
            classes.append(node)
        elif not isinstance(node, ast.expr):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))
    return functions, classes


def _decisions(body):
    """The decisions in a body, without those of the functions and classes in it."""
    decisions, waiting = 0, list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Assert):
            decisions += 1
        elif not isinstance(node, _DEFINITIONS):
            decisions += _decision(node)
            waiting.extend(ast.iter_child_nodes(node))
    return decisions


def _decision(node):
    if isinstance(node, ast.Try):
        return len(node.handlers) + bool(node.orelse)
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, (ast.If, ast.IfExp)):
        return 1
    if isinstance(node, _MATCH):
        return len(node.cases) - any(getattr(case.pattern, "pattern", False) is None for case in node.cases)
    if isinstance(node, _LOOPS):
        return 1 + bool(node.orelse)
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return 0


def _functions(tree):
    """Functions by qualified name, as ORPS collects them: the last of a name counts, and an `async` one, or one that
    stands in an `else`, `except`, `finally` or `case`, is not seen."""
    found, waiting = {}, [(tree, "")]
    while waiting:
        node, scope = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            scope = f"{scope}.{node.name}" if scope else node.name
        if isinstance(node, ast.FunctionDef):
            found[scope] = node
        waiting.extend((child, scope) for child in reversed(getattr(node, "body", ())))
    return found


def _cognitive(function):
    """What each break of the linear flow costs, and one for a function that calls itself. Of a decorator it is that of
    the function within."""
    while isinstance(function, ast.FunctionDef) and len(function.body) == 2:
        inner, last = function.body
        if not (isinstance(inner, ast.FunctionDef) and isinstance(last, ast.Return)):
            break
        function = inner
    return _breaks(function.body) + _is_recursive(function)


def _breaks(body):
    """One for each break, and one for each level that it is nested in."""
    cost, waiting = 0, [(node, 0) for node in body]
    while waiting:
        node, level = waiting.pop()
        if isinstance(node, ast.BoolOp):
            cost += sum(isinstance(part, ast.BoolOp) for part in ast.walk(node))
            continue
        if isinstance(node, _BREAKS):
            alternative = node.orelse if isinstance(node, (ast.If, ast.For, ast.While)) else ()
            leads_to_elif = isinstance(node, ast.If) and len(alternative) == 1 and isinstance(alternative[0], ast.If)
            level += not leads_to_elif
            cost += max(1, level) + bool(alternative and not leads_to_elif)
        elif isinstance(node, (*_FUNCTIONS, ast.Lambda)):
            level += 1
        waiting.extend((child, level) for child in ast.iter_child_nodes(node))
    return cost


def _is_recursive(function):
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id == function.name for call in calls)
