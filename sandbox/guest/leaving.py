"""How `os._exit` ends a run in the sandbox: with its status, of which WASI's own way carries only whether it is zero."""

import os
import posix
from operator import index

from wit_world.imports import process

__builtins__ = dict(__builtins__)


def with_any_status():
    """Makes `os._exit` tell its status."""
    os._exit = posix._exit = _exit


def _exit(status):
    """As the C library's: nothing is flushed and nothing is run."""
    process.leave(int.__index__(index(status)) & 0xFF)
