"""The memory that a program's objects take: counted where it is asked for, since counting slows every allocation."""

from tracemalloc import get_traced_memory, is_tracing, reset_peak, start

__builtins__ = dict(__builtins__)


def count():
    """Counts from here on."""
    start(1)


def begin():
    """Forgets how much it was at most. What a program holds already still counts."""
    if is_tracing():
        reset_peak()


def peak():
    """The bytes at most since then; nothing where they are not counted."""
    return get_traced_memory()[1] if is_tracing() else None
