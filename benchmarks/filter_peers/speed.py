"""CPU time of both sides, and rows that compare them."""

import json
import statistics
import subprocess
import time
from pathlib import Path

from measure import ROOT


def ours(binary, *arguments):
    """Runs a binary; gives the documents per second of each line that it prints."""
    command = [ROOT / "target" / "release" / binary, *map(str, arguments)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line)["documents_per_second"] for line in output.splitlines()]


def peer(documents, work):
    """Runs `work` over `documents` documents; gives documents per second of this process's CPU time."""
    start = time.process_time()
    work()
    return documents / (time.process_time() - start)


def lines(path):
    return Path(path).read_text(encoding="utf-8").split("\n")[:-1]


def row(task, side, speeds, other, other_speeds):
    """One row of the table: medians over the rounds, and the median of the rounds' ratios."""
    ratio = statistics.median(one / two for one, two in zip(speeds, other_speeds))
    figures = (f"{statistics.median(speeds):,.0f}", f"{statistics.median(other_speeds):,.0f}", f"{ratio:.1f}")
    return (task, side, figures[0], other, figures[1], figures[2])

