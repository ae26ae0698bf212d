"""Counts over a program's syntax tree."""

import ast

import program

__builtins__ = dict(__builtins__)


def count(source):
    try:
        tree = ast.parse(source)
    except BaseException as error:
        return program.ending_of(error, "compile"), None
    return "finished", {"nodes": sum(1 for _ in ast.walk(tree))}
