"""Counts over a program's syntax tree, for static scores: nodes, lines, cyclomatic and cognitive complexity.

Cyclomatic complexity is counted as radon counts it, cognitive complexity as the package of that name does: those are
the figures that published scores are made of.
"""

import ast
import io
import tokenize

import program

__builtins__ = dict(__builtins__)

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Python 3.9 has none.
_MATCH = getattr(ast, "Match", ())
_LOOPS = (ast.For, ast.While, ast.AsyncFor)
_NOT_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def count(source):
    """The counts of a program, or how it failed to be one."""
    try:
        tree = ast.parse(source, program.MAIN)
        functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
        return "finished", {
            "nodes": sum(1 for _ in ast.walk(tree)),
            "lines": len(source.splitlines()),
            "code_lines": _code_lines(source),
            "cyclomatic": _total(tree),
            "cognitive": sum(map(_cognitive, functions)),
            "functions": [
                {"name": node.name, "line": node.lineno, "cyclomatic": _cyclomatic(node), "cognitive": _cognitive(node)}
                for node in functions
            ],
        }
    except BaseException as error:
        return program.ending_of(error, "compile"), None


def _code_lines(source):
    """Lines that hold more than space and comments."""
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines)


def _total(tree):
    """One, and one for every decision anywhere but in what is defined within functions and classes within classes."""
    functions, classes = _parts(tree.body)
    decisions = sum(map(_decisions, tree.body))
    return 1 + decisions + sum(_cyclomatic(node) - 1 for node in functions) + sum(_of_class(node) - 1 for node in classes)


def _cyclomatic(function):
    """One, and one for every decision in its body; the functions within it count for themselves."""
    return 1 + sum(map(_decisions, function.body))


def _of_class(node):
    methods, _ = _parts(node.body)
    return 1 + sum(map(_decisions, node.body)) + sum(map(_cyclomatic, methods))


def _parts(body):
    """The functions and classes that a body defines itself, in whatever statements of its own."""
    functions, classes, waiting = [], [], list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _FUNCTIONS):
            functions.append(node)
        elif isinstance(node, ast.ClassDef):
            classes.append(node)
        elif not isinstance(node, ast.Assert):
            waiting.extend(ast.iter_child_nodes(node))
    return functions, classes


def _decisions(node):
    """The decisions in a node, without those of the functions and classes in it."""
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        return 0
    if isinstance(node, ast.Assert):
        return 1
    return _decision(node) + sum(map(_decisions, ast.iter_child_nodes(node)))


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


def _cognitive(function):
    """What each break of the linear flow costs: one, and one for each level that it is nested in."""
    body = function.body
    if isinstance(function, ast.FunctionDef) and len(body) == 2:
        if isinstance(body[0], ast.FunctionDef) and isinstance(body[1], ast.Return):
            return _cognitive(body[0])
    return sum(_breaks(node, 0) for node in body) + _is_recursive(function)


def _breaks(node, level):
    if isinstance(node, ast.BoolOp):
        return sum(isinstance(part, ast.BoolOp) for part in ast.walk(node))
    cost = 0
    if isinstance(node, (ast.If, ast.For, ast.While, ast.IfExp, ast.ExceptHandler)):
        alternative = isinstance(node, (ast.If, ast.For, ast.While)) and node.orelse
        leads_to_elif = isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
        if not leads_to_elif:
            level += 1
        cost = max(1, level) + bool(alternative and not leads_to_elif)
    elif isinstance(node, (*_FUNCTIONS, ast.Lambda)):
        level += 1
    return cost + sum(_breaks(child, level) for child in ast.iter_child_nodes(node))


def _is_recursive(function):
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id == function.name for call in calls)
