"""Test scripts: what makes it hard for a program to pass them without doing what they ask.

A script passes only if it runs to its end. It runs among the program's names, and what it does to these names is
undone after it. Before it starts, whatever the program did to the builtins and to the modules that tests commonly use
is undone, and no trace function can be set any more. While it runs, a comparison in
it does not trust a class of the program's own: where such a class says how its objects compare, it must stand on both
sides. Otherwise an object that calls itself equal to everything would pass.
"""

import ast
import builtins
import collections
import gc
import operator
import re
import sys
import types
from functools import partial
from sys import _getframe, addaudithook

import program

__builtins__ = dict(__builtins__)

_COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__contains__")
_OPERATIONS = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, container: item in container,
    ast.NotIn: lambda item, container: item not in container,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_NUMBERS = {kind: number for number, kind in enumerate(_OPERATIONS)}
_BY_NUMBER = tuple(_OPERATIONS.values())
_SEQUENCES = (list, tuple, set, frozenset, collections.deque)
_PLAIN = frozenset({int, float, str, bool, type(None), bytes, complex})
_FORBIDDEN = frozenset({"sys.settrace", "sys.setprofile", "sys.monitoring.register_callback", "gc.get_objects",
                        "gc.get_referrers", "sys._current_frames"})
# The guest's own functions that may all the same.
_TRACERS = (program.trace.__code__, program.untrace.__code__)
_RESTORED = """
    math cmath collections itertools functools operator re random string json copy datetime decimal fractions heapq
    bisect statistics typing unittest unittest.case
""".split()
_OF_A_RUN = frozenset("stdin stdout stderr __stdin__ __stdout__ __stderr__ argv orig_argv path".split())
_LOAD = ast.Load()
_LEAVES = frozenset({ast.Constant, ast.Name, ast.Load, ast.Store, ast.Pass, ast.arguments, ast.alias, str, type(None)})
_MARK = "\0compare"

_SUSPICIOUS = re.compile(r"class|type|__|exec|eval|compile|attr|vars|globals|locals|modules|builtin|Meta|mock|object")
_IMPORT = re.compile(r"\b(?:import|from)\b[^\n;]*")
_SAFE = "(?:typing|math|collections|itertools|functools|heapq|bisect|copy)"
_HARMLESS = re.compile(rf"from {_SAFE} import [\w, ]+|import {_SAFE}(?:, {_SAFE})*|from|import")

_mro_of = type.__dict__["__mro__"].__get__
_namespace_of = type.__dict__["__dict__"].__get__

_armed = False
_pristine_modules = {}
_pristine_classes = set()


def remember():
    """Notes what belongs to the interpreter; everything else is a program's, and so are mocks, some of which equal
    everything."""
    for name in ["builtins", "sys", *_RESTORED]:
        namespace = vars(sys.modules[name])
        names = [key for key in namespace if key not in _OF_A_RUN]
        _pristine_modules[name] = namespace, names, [namespace[key] for key in names]
    waiting = [object]
    while waiting:
        kind = waiting.pop()
        if kind not in _pristine_classes and kind.__module__ != "unittest.mock":
            _pristine_classes.add(kind)
            waiting.extend(type.__subclasses__(kind))


def judge(source, namespace, program_source, before=None, run=exec):
    """Runs a test script in a program's namespace. What is given as `before` is called just before it runs."""
    try:
        code = _compile_guarded(source) if _may_make_classes(program_source) else _compile(source)
    except BaseException as error:
        return program.ending_of(error, "compile")
    _undo(source)
    names = dict(namespace)
    namespace["__builtins__"] = builtins
    ending, _ = program.carry_out(lambda: run(code, namespace), "test", before)
    _restore(namespace, names)
    return ending


def _restore(namespace, names):
    """Gives a program its own names back, so that no test finds what another one defined. Writes only what differs:
    functions that were compiled for these names stay as fast as they are."""
    for name in [name for name in namespace if name not in names]:
        del namespace[name]
    for name, value in names.items():
        if namespace.get(name, names) is not value:
            namespace[name] = value


def _undo(source):
    """Only the modules that the script names are looked at: a look writes the reference counts of all they hold."""
    program.untrace()
    gc.callbacks.clear()
    for name, (namespace, names, values) in _pristine_modules.items():
        if name == "builtins" or name in source:
            if not all(map(operator.is_, map(namespace.get, names), values)):
                namespace.update(zip(names, values))


def arm():
    """Forbids, for the rest of the run, what could make a test script skip its lines."""
    global _armed
    if not _armed:
        addaudithook(_audit)
        _armed = True


def _audit(event, arguments):
    if event in _FORBIDDEN and not any(map(partial(operator.is_, _getframe(1).f_code), _TRACERS)):
        raise RuntimeError(f"{event} is not available while tests run")


def _may_make_classes(source):
    """Whether a program could have a class of its own, or change one: if not, no comparison needs a guard, which
    costs as much as compiling the script a second time. Any doubt is a yes."""
    if _SUSPICIOUS.search(source):
        return True
    return any(not _HARMLESS.fullmatch(line) for line in _IMPORT.findall(source))


def _compile(source):
    return compile(source, program.TESTS, "exec", dont_inherit=True)


def _compile_guarded(source):
    tree = ast.parse(source, program.TESTS)
    _rewrite_fields(tree)
    return _bind(compile(tree, program.TESTS, "exec", dont_inherit=True))


def _rewrite_fields(node):
    """Rewrites what is in a node. Most of a test script is literals, so those are passed over whole."""
    for field in node._fields:
        part = getattr(node, field, None)
        if type(part) is list:
            if not _LEAVES.issuperset(map(type, part)):
                part[:] = [_rewrite(item) if isinstance(item, ast.AST) else item for item in part]
        elif isinstance(part, ast.AST) and type(part) not in _LEAVES:
            setattr(node, field, _rewrite(part))


def _rewrite(node):
    """A node with every comparison in it turned into a call of `compare`."""
    if type(node) in _LEAVES:
        return node
    _rewrite_fields(node)
    if type(node) is not ast.Compare:
        return node
    place = {name: getattr(node, name) for name in node._attributes}
    numbers = ast.Constant(tuple(map(_NUMBERS.get, map(type, node.ops))), **place)
    function = ast.Attribute(ast.Constant(_MARK, **place), "start", _LOAD, **place)
    return ast.Call(function, [numbers, node.left, *node.comparators], [], **place)


def _bind(code):
    """Puts the function itself where its mark stands, so that it has no name that a program could rebind. It travels
    as the `start` of a slice: an object that cannot be changed."""
    constants = tuple(
        _FUNCTION if constant == _MARK and type(constant) is str
        else _bind(constant) if isinstance(constant, types.CodeType)
        else constant
        for constant in code.co_consts
    )
    return code.replace(co_consts=constants)


def _compare(numbers, left, *others):
    result = True
    for number, right in zip(numbers, others):
        if not (type(left) in _PLAIN and type(right) in _PLAIN) and number < 8:
            _distrust(left, right)
        result = _BY_NUMBER[number](left, right)
        if not result:
            return result
        left = right
    return result


_FUNCTION = slice(_compare, None)


def _distrust(left, right):
    own, others = set(), set()
    _own_comparisons(left, own, 0)
    _own_comparisons(right, others, 0)
    if own != others:
        names = ", ".join(sorted(kind.__name__ for kind in own ^ others))
        raise AssertionError(f"compares with an object whose class says itself what it equals: {names}")


def _own_comparisons(value, found, depth):
    """Gathers the program's classes that say themselves how their objects compare."""
    kind = type(value)
    if kind in _PLAIN or depth > 50:
        return
    if _compares_itself(kind):
        found.add(kind)
    for items in _contents(value, kind):
        if not _PLAIN.issuperset(map(type, items)):
            for item in items:
                _own_comparisons(item, found, depth + 1)


def _contents(value, kind):
    """What a container holds, read with the base type's own methods."""
    for base in _SEQUENCES:
        if issubclass(kind, base):
            yield list(base.__iter__(value))
    if issubclass(kind, dict):
        yield list(dict.keys(value))
        yield list(dict.values(value))


def _compares_itself(kind):
    for base in _mro_of(kind):
        namespace = _namespace_of(base)
        for name in _COMPARISONS:
            if name in namespace and (base not in _pristine_classes or _is_programs(namespace[name])):
                return True
    return False


def _is_programs(method):
    """Whether a method of the library's class is one that the program put there."""
    return type(method) is types.FunctionType and method.__code__.co_filename == program.MAIN
