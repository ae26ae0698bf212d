"""Measures what running a program in the sandbox costs, beside native Python: one command, three tables.

    python3 benchmarks/sandbox.py [--quick] [--rounds 3]

Runs per CPU-second, each run in an interpreter that nothing ran in before: the sandbox (restored in place), the sandbox's
native processes (forked, with walls around them), a process for each run in an empty environment, and a fork of a warm
process, these two without any wall. Then programs that compute, against the same program run
in one native process, which isolates nothing. Then the break-even: the speed-up over a process for each run, by how long
a program takes natively. Sides take turns; figures are medians of CPU time. The native side is the python3 that runs
this script.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

from measure import TARGET, run, say, table
from tools import driver

FOLDER = TARGET / "python"
HERE = Path(__file__).resolve().parent
PEER = HERE / "peers" / "python_runs.py"
COMPUTE = ("sieve", "queens", "dictionaries", "strings", "classes")
# Rounds of the loop, from what takes a tenth of a millisecond to a second.
LENGTHS = (1_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 10_000_000)


def main():
    options = arguments()
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = driver("python_runs")
    ours = lambda metering: lambda runs, name, text: cost([program, FOLDER, metering], runs, name, text)
    theirs = lambda mode: lambda runs, name, text: cost([sys.executable, PEER, mode], runs, name, text)
    walled = lambda runs, name, text: cost([program, sys.executable, "process"], runs, name, text)
    sides = {"clock": ours("clock"), "fuel": ours("fuel"), "walled": walled, "process": theirs("process"), "fork": theirs("fork"),
             "inside": theirs("inside")}
    short(options, sides)
    compute(options, sides)
    break_even(options, sides)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="1 round of few runs, to see that everything works")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side is measured")
    options = parser.parse_args()
    options.shorten = 10 if options.quick else 1
    if options.quick:
        options.rounds = 1
    return options


def cost(command, runs, name, text):
    """CPU-seconds of one run."""
    said = run([*command, runs, HERE / "programs" / f"{name}.py", text]).output.splitlines()[-1]
    measured = json.loads(said)
    return measured["cpu_seconds"] / measured["runs"]


def medians(options, sides, runs, name, text):
    """The median cost of a run by side; sides take turns."""
    costs = {side: [] for side in runs}
    for number in range(options.rounds):
        for side, count in runs.items():
            costs[side].append(sides[side](max(1, count // options.shorten), name, text))
        say(f"{name} {text.strip()}: round {number + 1} of {options.rounds}")
    return {side: statistics.median(values) for side, values in costs.items()}


def short(options, sides):
    lines = []
    for name, text, meaning in (("add_one", "41\n", "print(int(input()) + 1)"), ("asserts", "", "a function and 7 asserts")):
        runs = {"clock": 4_000, "fuel": 4_000, "walled": 400, "fork": 400, "process": 100}
        found = medians(options, sides, runs, name, text)
        for side, title in (("clock", "sandbox, CPU time"), ("fuel", "sandbox, fuel"), ("walled", "native process")):
            ratios = (found[peer] / found[side] for peer in ("process", "fork"))
            lines.append((meaning, title, *(f"{1 / found[key]:,.0f}" for key in (side, "process", "fork")),
                          *(f"{ratio:.1f}" for ratio in ratios)))
    head = ("program", "engine", "ours", "process a run", "fork a run", "against process", "against fork")
    table("Runs per CPU-second", head, lines)


def compute(options, sides):
    lines = []
    for name in COMPUTE:
        found = medians(options, sides, {"clock": 20, "fuel": 20, "inside": 20}, name, "")
        slower = (found[side] / found["inside"] for side in ("clock", "fuel"))
        lines.append((name, *(f"{found[side] * 1e3:.1f}" for side in ("inside", "clock", "fuel")),
                      *(f"{ratio:.2f}" for ratio in slower)))
    head = ("program", "native ms", "sandbox ms", "with fuel ms", "slower", "slower with fuel")
    table("Programs that compute, CPU milliseconds a run", head, lines)


def break_even(options, sides):
    lines = []
    for length in LENGTHS:
        runs = max(2, 2_000_000 // (length + 2_000))
        counts = {"clock": runs, "inside": runs, "process": min(runs, 50)}
        found = medians(options, sides, counts, "loop", f"{length}\n")
        lines.append((f"{found['inside'] * 1e3:.2f}", *(f"{found[side] * 1e3:.2f}" for side in ("process", "clock")),
                      f"{found['process'] / found['clock']:.1f}"))
    table("Speed-up by length", ("native ms", "process a run, ms", "sandbox ms", "speed-up"), lines)


if __name__ == "__main__":
    main()
