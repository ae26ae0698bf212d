"""Forks a pristine interpreter for every job, and never runs a program itself.

Executed with the host's socket as `control`, the texts of all modules as `modules`, and the names of those in `preload`
that programs are to find imported. Takes one order after another:
to start a job, whose descriptors come with it, to end it, and to part from one that hung up. So a job that has ended stays a zombie until the host
knows, and its number belongs to nobody else meanwhile.
"""

import gc
import importlib
import importlib.machinery
import importlib.util
import json
import linecache
import os
import random
import signal
import socket
import sys
import time
import types

# What programs begin with, beside what the guest itself needs: imported once here in place of once in every job. No
# more than that: every page of memory makes every fork a little dearer.
_USUAL = """
    array bisect calendar cmath collections.abc contextlib copy dataclasses datetime decimal enum fractions functools
    hashlib heapq io itertools math numbers operator queue random re statistics string struct textwrap threading time
    types typing unittest warnings
""".split()
# How often and how long a process that hung up is waited for before it is ended.
_LOOKS, _LOOK = 100, 0.002
# Without what packages put before them: those may import half of themselves to answer.
_FINDERS = importlib.machinery.BuiltinImporter, importlib.machinery.FrozenImporter, importlib.machinery.PathFinder


class _Bundle:
    """Finds the guest's modules among the texts that came with them."""

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name in modules else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(modules[module.__name__], module.__name__ + ".py", "exec"), module.__dict__)


def load():
    """The guest, warm, and out of the sight of programs."""
    sys.path[:] = [path for path in sys.path if path]
    bundle = _Bundle()
    sys.meta_path.insert(0, bundle)
    import confine

    confine.prepare()
    import library

    library.LACKING.update(filter(_is_lacking, getattr(sys, "stdlib_module_names", ())))
    import job
    import judge
    import program
    import steps
    import warm

    for name in [*judge._RESTORED, *_USUAL, *preload]:
        importlib.import_module(name)
    warm.up(steps.answer)
    program.use_streams()
    steps.forget()
    sys.meta_path.remove(bundle)
    for name in [*modules, "main"]:
        sys.modules.pop(name, None)
    sys.modules["__main__"] = types.ModuleType("__main__")
    linecache.clearcache()
    gc.collect()
    gc.freeze()
    return job


def _is_lacking(name):
    return not any(finder.find_spec(name) for finder in _FINDERS)


def serve(job, control):
    """Carries out the host's orders until it hangs up."""
    own, running, abort = os.getpid(), None, os.abort
    _say(control, {"ready": True})
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 4)
        if not order:
            break
        if descriptors:
            running = os.fork()
            if running == 0:
                try:
                    control.detach()
                    job.run(own, json.loads(order), descriptors)
                finally:
                    # Whatever happens, nothing but the server goes on from here.
                    abort()
            for descriptor in descriptors:
                os.close(descriptor)
            _say(control, {"pid": running})
        else:
            lingered = order != b"part" or not _ends(running)
            os.kill(running, signal.SIGKILL)
            _, status, used = os.wait4(running, 0)
            cpu, memory = used.ru_utime + used.ru_stime, used.ru_maxrss << 10
            _say(control, {"status": status, "cpu": cpu, "memory": memory, "lingered": lingered})


def _ends(process):
    """Whether a process ends by itself: what closes its descriptors is mostly its end, which takes a moment more."""
    for _ in range(_LOOKS):
        if os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        time.sleep(_LOOK)
    return False


def _say(control, answer):
    control.send(json.dumps(answer).encode())


serve(load(), control)
