"""The standard library: imports all of it that can work here, since a run has no files to import from."""

import importlib
import pkgutil
import sys

# Those that open windows, speak on import, or test and install Python itself.
_LEFT_OUT = {
    "antigravity", "this", "idlelib", "turtle", "turtledemo", "tkinter", "ensurepip", "venv", "lib2to3", "test",
    "_pyrepl", "pip",
}
# What could not be imported, by its full name. Filled when the interpreter is made.
LACKING = set(_LEFT_OUT)

_LEFT_OUT_PARTS = {"__main__", "tests", "test", "idle_test"}


def import_everything():
    """Imports every module of the standard library and every module of its packages."""
    for name in sorted(sys.stdlib_module_names - _LEFT_OUT):
        module = _import(name)
        if module is not None and hasattr(module, "__path__"):
            _import_package(module)


def _import_package(package):
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if found.name.rpartition(".")[2] in _LEFT_OUT_PARTS:
            continue
        module = _import(found.name)
        if module is not None and found.ispkg:
            _import_package(module)


def _import(name):
    """A module that needs what WASI lacks is left out, with whatever of it was half imported."""
    before = set(sys.modules)
    try:
        return importlib.import_module(name)
    except BaseException:
        LACKING.add(name)
        for partial in set(sys.modules) - before:
            if partial == name or partial.startswith(name + "."):
                del sys.modules[partial]
        return None
