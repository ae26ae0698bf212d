"""Says what this Python is: one JSON object on standard output. Run outside any wall, as its owner runs it."""

import importlib.util
import json
import os
import platform
import sys
import sysconfig

# Folders that an installation shares with the rest of the machine: of these, only what is Python's.
_SHARED = {"/", "/usr", "/usr/local"}


def main():
    print(json.dumps({
        "executable": sys.executable,
        "implementation": sys.implementation.name,
        "version": sys.version_info[:2],
        "release": platform.python_version(),
        "platform": sysconfig.get_platform(),
        "ctypes": importlib.util.find_spec("_ctypes") is not None,
        "paths": sorted(set(paths())),
        "distributions": sorted(set(distributions())),
    }))


def paths():
    """What the interpreter reads when it starts and when a program imports."""
    yield os.path.realpath(sys.executable)
    for prefix in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix):
        if os.path.realpath(prefix) not in _SHARED:
            yield prefix
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        yield sysconfig.get_path(name)
    yield from filter(None, sys.path)


def distributions():
    """Names and versions of what is installed."""
    from importlib.metadata import distributions as installed

    for found in installed():
        yield "{}=={}".format(found.metadata["Name"], found.version)


main()
