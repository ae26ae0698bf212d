"""Measures how a checkpoint is loaded, beside safetensors with torch and beside transformers.

    python3 benchmarks/checkpoints.py [--rounds 5]

A random checkpoint of Qwen2.5-0.5B's shape, 494 M parameters, once in f32 and once in bf16, is loaded for computing in
f32 until every parameter was read once: torch maps an f32 file and reads nothing before it must. The time of a load
begins after imports; the peak is the whole process's, less what the same process has without a model.
"""

import argparse
import json
from pathlib import Path

from measure import TARGET, interleaved, median, run, table
from tools import driver, peer, titled

FOLDER = TARGET / "checkpoints"
SCRIPT = Path(__file__).resolve().parent / "peers" / "torch_load.py"
MIB = 494_032_768 * 4 / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is measured")
    options = parser.parse_args()
    program, python = driver("load_checkpoint"), peer("torch") / "python"
    if not (FOLDER / "bf16").exists():
        run([python, SCRIPT, "make", FOLDER])
    idle = run([python, "-c", "import torch, transformers, transformers.models.qwen2.modeling_qwen2"]).peak_mib
    lines = []
    for stored in ("f32", "bf16"):
        folder = FOLDER / stored
        costs = interleaved(options.rounds, {
            "millrace": lambda: run([program, folder, "f32"]),
            "safetensors and torch": lambda: run([python, SCRIPT, "assign", folder]),
            "transformers": lambda: run([python, SCRIPT, "transformers", folder]),
        })
        lines += report(stored, costs, idle)
    head = ("stored as", "loaded by", "seconds until loaded", "until read", "CPU seconds", "against millrace", "in CPU",
            "peak over its size in f32")
    table(f"Loading 494 M parameters ({titled('torch')})", head, lines)


def report(stored, costs, idle):
    fields = ("loaded_seconds", "read_seconds", "cpu_seconds")
    seconds = {name: [middle(own, field) for field in fields] for name, own in costs.items()}
    for name, (loaded, read, cpu) in seconds.items():
        peak = median(costs[name], "peak_mib") - (0 if name == "millrace" else idle)
        ratios = [f"{theirs / ours:.2f}" for theirs, ours in zip((read, cpu), seconds["millrace"][1:])]
        yield stored, name, f"{loaded:.3f}", f"{read:.3f}", f"{cpu:.3f}", *ratios, f"{peak / MIB:.2f}"


def middle(costs, field):
    measured = sorted(json.loads(cost.output.splitlines()[-1])[field] for cost in costs)
    return measured[len(measured) // 2]


main()
