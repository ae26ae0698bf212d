"""The walls around a job: what is set once in the server, and what a forked process puts between itself and everything.

The host has the kernel's file rules (Landlock) in force before this Python starts. Here a job gets rules of its own
within them, so that it counts as a stranger to the server, its limits, and last the filter of system calls, which the
host made and after which nothing can be asked for any more.
"""

import ctypes
import os
import resource

_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE, _SET_FILTER = 1, 4, 22
_FILTER = 2
_KILL = 9
# The same numbers on every architecture.
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
# Execute, write to files: in every version of Landlock.
_RIGHTS = 0b11

# Descriptors that a job may have open at once. What the kernel keeps for a pipe or a socket counts to no other limit.
_DESCRIPTORS = 64
# Above what a program looks through or closes by number.
_CHANNEL = 1023
# What the kernel leaves free below a stack at the least. It grows as it is used, and only that is charged to memory.
_STACK = 112 << 20
# Libraries would start a thread for each core, and every job has one of them.
_ENVIRONMENT = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")

_library = ctypes.CDLL(None, use_errno=True)
_call, _control = _library.syscall, _library.prctl
_call.restype = ctypes.c_long
_control.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def prepare():
    """Once, in the server: no other process may look into it or what it forks, and no crash leaves a file."""
    _must(_control(_SET_DUMPABLE, 0, 0, 0, 0), "to keep other processes out of its memory")
    os.environ.clear()
    # Seen by libraries, and not by programs: `os.environ` has been read.
    for name in _ENVIRONMENT:
        _library.setenv(name.encode(), b"1", 1)


def adopt(stdin, stdout, stderr, channel):
    """Puts a job's descriptors where it expects them, closes all others, and gives the channel's place."""
    place = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], _CHANNEL + 1) - 1
    os.dup2(channel, place, inheritable=False)
    for number, descriptor in enumerate((stdin, stdout, stderr)):
        os.dup2(descriptor, number)
    os.closerange(3, place)
    return place


def enter(program, server, memory, seconds):
    """Restricts this process for good. Raises where the kernel does not do all of it."""
    _must(_control(_SET_PARENT_DEATH_SIGNAL, _KILL, 0, 0, 0), "to end with its server")
    if os.getppid() != server:
        raise OSError("its server has ended")
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_MSGQUEUE, 0)
    _limit(resource.RLIMIT_MEMLOCK, 0)
    _limit(resource.RLIMIT_NOFILE, _DESCRIPTORS)
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    resource.setrlimit(resource.RLIMIT_STACK, (_least(_STACK, hard), hard))
    # The host kills at the limit itself; these are for the case that it can not.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    _stranger()
    program = _Program(len(program) // 8, program)
    _limit(resource.RLIMIT_AS, memory)
    _must(_control(_SET_FILTER, _FILTER, ctypes.addressof(program), 0, 0), "to filter system calls")


def _stranger():
    """Landlock lets nobody trace a process of an outer domain, or open what it has open."""
    rights = ctypes.c_uint64(_RIGHTS)
    rules = _must(_call(_LANDLOCK_CREATE, ctypes.byref(rights), ctypes.c_size_t(8), 0), "to make file rules")
    _must(_call(_LANDLOCK_RESTRICT, rules, 0), "to put file rules in force")
    os.close(rules)


def _limit(kind, most):
    hard = _least(most, resource.getrlimit(kind)[1])
    resource.setrlimit(kind, (hard, hard))


def _least(most, hard):
    return most if hard == resource.RLIM_INFINITY else min(most, hard)


def _must(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"the kernel refused {what}: {os.strerror(number)}")
    return result
