"""A forked process and the one job that it is for: frames come in over a channel, the guest answers them.

The program runs in this very interpreter. So what is needed after it has begun is held in local variables, which no
other code can rebind, and the private builtins of a module.
"""

import ast
import atexit
import importlib
import os
import random
import struct
import sys
import threading
import traceback

import confine
import judge
import program
import steps

__builtins__ = dict(__builtins__)

_TOKEN = 16
_HEAD = struct.Struct(f"<{_TOKEN}sQ")


def run(server, task, descriptors, leave=os._exit):
    """Carries the job out. Never returns."""
    place = confine.adopt(*descriptors)
    channel = _Channel(place)
    token, calls = channel.take()
    confine.enter(calls, server, task["memory"], task["seconds"])
    channel.give(token, b"")
    # A fork mixes the state that the server left.
    random.seed(0)
    program.at_exit = _wait_for_threads
    sys.stdin, sys.stdout, sys.stderr = program.streams()
    if sys.version_info < (3, 13):
        sys.excepthook = _show
    if sys.version_info < (3, 12):
        # They count calls through C.
        program.levels += 1 if sys.version_info >= (3, 11) else 2
    if task["judged"]:
        steps.STEPS["load"] = _load_trusting
    give, take, answer = channel.give, channel.take, steps.answer
    while True:
        token, frame = take()
        if frame is None:
            leave(0)
        give(token, answer(frame))


def _show(kind, error, trace):
    """Shows the program's lines, as later versions do by themselves: they are in no file."""
    traceback.print_exception(kind, error, trace)


def _wait_for_threads(exit_functions=atexit._run_exitfuncs, shutdown=threading._shutdown):
    """What the end of a process begins with: threads that are no daemons run to their end, before exit functions do."""
    try:
        shutdown()
    except BaseException:
        pass
    exit_functions()


def _load_trusting(source, load=steps.STEPS["load"], **surroundings):
    """Imports what a program will, and only then loads it. Everything that is there by then is the installation's, and
    tests may trust its comparisons; the sandbox has the whole library imported always."""
    _import(source)
    return load(source=source, **surroundings)


def _import(source):
    before = len(sys.modules)
    for name in _imports(source):
        if name not in sys.modules:
            try:
                importlib.import_module(name)
            except BaseException:
                pass
    if len(sys.modules) > before:
        judge.remember()


def _imports(source):
    """The modules that a program names, and what it takes out of packages: those may be modules too."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except Exception:
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            package = sys.modules.get(node.module)
            if hasattr(package, "__path__"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names if not hasattr(package, alias.name))


class _Channel:
    """Frames over a socket: a token, a length, and so many bytes. An answer repeats the token of its question."""

    def __init__(self, descriptor, read=os.read, write=os.write, view=memoryview):
        def take_exactly(length):
            parts = []
            while length:
                part = read(descriptor, min(length, 1 << 20))
                if not part:
                    return None
                parts.append(part)
                length -= len(part)
            return b"".join(parts)

        def take():
            head = take_exactly(_HEAD.size)
            if head is None:
                return None, None
            token, length = _HEAD.unpack(head)
            return token, take_exactly(length)

        def give(token, frame):
            rest = view(_HEAD.pack(token, len(frame)) + frame)
            while rest:
                rest = rest[write(descriptor, rest) :]

        self.take, self.give = take, give
