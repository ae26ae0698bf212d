"""The shape of a program: what its syntax tree is made of, without names, constants and docstrings."""

import ast


def shape(source):
    try:
        return _written(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _written(node):
    parts = [_written(part) for part in ast.iter_child_nodes(node) if not _says_nothing(part)]
    return f"{type(node).__name__}({','.join(parts)})"


def _says_nothing(node):
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or isinstance(node, ast.expr_context)
