"""Runs programs and says what they cost: wall time, CPU time of the whole process tree, peak memory.

Owns the clock and the table. Knows no tool and no pipeline.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "target" / "benchmarks"


@dataclass(frozen=True)
class Cost:
    """What one run of a program cost."""

    wall: float
    cpu: float
    peak_mib: float
    output: str


def run(command, *, cwd=None, env=None):
    """Runs a program to its end. The CPU time is that of the program and of every child that it waited for."""
    start = time.perf_counter()
    with subprocess.Popen([str(part) for part in command], cwd=cwd, env={**os.environ, **(env or {})},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"failed with {process.returncode}: {' '.join(map(str, command))}\n{output[-4000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


def interleaved(rounds, programs):
    """Runs every program once a round, so that a busy moment of the machine falls on all of them alike.

    `programs` maps a name to a function that gives a `Cost`; gives the costs by name.
    """
    costs = {name: [] for name in programs}
    for number in range(rounds):
        for name, program in programs.items():
            cost = program()
            costs[name].append(cost)
            say(f"round {number + 1} of {rounds}: {name}: {cost.wall:.3f} s wall, {cost.cpu:.3f} s CPU")
    return costs


def median(costs, field):
    """The median of one field over the runs."""
    return statistics.median(getattr(cost, field) for cost in costs)


def table(title, head, rows):
    """Prints a Markdown table, so that it can go into the README as it is."""
    print(f"\n{title}\n{machine()}\n")
    widths = [max(len(str(cell)) for cell in column) for column in zip(head, *rows)]
    for cells in (head, ["-" * width for width in widths], *rows):
        print("| " + " | ".join(str(cell).ljust(width) for cell, width in zip(cells, widths)) + " |")
    sys.stdout.flush()


def machine():
    """The machine in words, and how busy it is."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, {platform.machine()}; load over 1, 5 and 15 minutes: {load}"


def say(line):
    """Tells how far the work is, beside the result."""
    print(line, file=sys.stderr, flush=True)
