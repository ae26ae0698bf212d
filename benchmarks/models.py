"""Measures decoding and gradients beside PyTorch eager, over the same checkpoints of random weights.

    python3 benchmarks/models.py [--rounds 7] [--quick] [--training]

Both sides stay loaded and take turns, a short round each, so that a busy moment of the machine falls on both alike. The
time of a round of decoding is that of the steps after the first; both sides' greedy tokens are compared. Gradients are
those of a forward and a backward pass; a whole step clips them and follows them with AdamW or Muon too. Both sides'
losses are printed: after some steps they agree as far as roundings let them. Where texts begin alike, tokens a second
count the prompt with every text, as PyTorch computes it.
"""

import argparse
import os
from itertools import product
from pathlib import Path

from measure import TARGET, run, table
from tools import driver, peer, titled
from turns import compared, turns

FOLDER = TARGET / "models"
SCRIPT = Path(__file__).resolve().parent / "peers" / "torch_models.py"
PROMPT = 16

# Shape, precision, batch, steps.
DECODED = [
    ("4.5M", "f32", 1, 128),
    ("4.5M", "f32", 32, 128),
    ("0.5B", "f32", 1, 16),
    ("0.5B", "f32", 32, 8),
    ("0.5B", "bf16", 1, 32),
    ("0.5B", "bf16", 32, 8),
]

# Ours and theirs.
STEPS = [
    ("Gradients", ("none", "none")),
    ("Gradients, clipped and followed by AdamW", ("adamw", "adamw")),
    ("The same, AdamW with `fused=True`", ("adamw", "adamw-fused")),
    ("The same, the decoder compiled by `torch.compile`", ("adamw", "adamw-fused-compiled")),
    ("Gradients, clipped and followed by Muon (PyTorch's too in single precision)", ("muon", "muon")),
]
# How many texts of how many tokens.
BATCHES = [(16, 128), (1, 4096)]
# Steps from texts that begin alike: groups, texts in each, tokens of a prompt and of an answer.
ALIKE = [
    ("answers by their advantages", "rewards", (8, 8, 90, 98)),
    ("pairs of answers", "preferences", (32, 2, 90, 98)),
    ("pairs of steps far into an answer", "preferences", (32, 2, 300, 24)),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="how often each side is measured")
    parser.add_argument("--quick", action="store_true", help="the small decoder alone")
    parser.add_argument("--training", action="store_true", help="gradients and steps alone")
    options = parser.parse_args()
    program, python = driver("decode"), peer("torch") / "python"
    lines = []
    for shape, dtype, batch, steps in DECODED:
        if (options.quick or options.training) and shape != "4.5M":
            continue
        folder = FOLDER / shape
        if not (folder / "bf16").exists():
            run([python, SCRIPT, "make", shape, folder])
        if options.training:
            continue
        for threads in sorted({1, os.cpu_count()}):
            arguments = [folder / dtype, dtype, threads, batch, PROMPT, steps]
            ours, theirs = turns(options.rounds, [program, *arguments], [python, SCRIPT, "decode", *arguments])
            same = sum(one == other for one, other in zip(ours[0]["text"], theirs[0]["text"]))
            lines.append((shape, dtype, batch, threads, *compared(ours, theirs), f"{same} of {steps}"))
    head = ("decoder", "precision", "batch", "threads", "tokens/s", "PyTorch", "ratio", "tokens/CPU-second", "PyTorch",
            "ratio", "same tokens")
    if lines:
        table(f"Decoding ({titled('torch')} eager, preallocated cache)", head, lines)
    head = (*head[:2], "texts", *head[3:-1], "losses", "peak MiB", "PyTorch", "ratio")
    for name, optimizers in STEPS:
        table(f"{name} ({titled('torch')} eager)", head,
              list(steps_of(options.rounds, driver("gradients"), python, *optimizers)))
    head = ("texts", "groups x texts, prompt + answer", *head[3:])
    table(f"Steps from texts that begin alike ({titled('torch')} eager, AdamW with `fused=True`)", head,
          list(alike(options.rounds, driver("updates"), python)))


def steps_of(rounds, program, python, our, their):
    for (batch, length), threads in product(BATCHES, sorted({1, os.cpu_count()})):
        arguments = [FOLDER / "4.5M" / "f32", "f32", threads, batch, length, 3 if batch > 1 else 1]
        ours, theirs = turns(rounds, [program, *arguments, our], [python, SCRIPT, "gradients", *arguments, their])
        yield "4.5M", "f32", f"{batch} x {length}", threads, *compared(ours, theirs), *losses_and_peaks(ours, theirs)


def alike(rounds, program, python):
    for (name, kind, shape), threads in product(ALIKE, sorted({1, os.cpu_count()})):
        arguments = [FOLDER / "4.5M" / "f32", threads, kind, *shape, 1]
        ours, theirs = turns(rounds, [program, *arguments], [python, SCRIPT, "updates", *arguments])
        groups, members, prompt, answer = shape
        texts = f"{groups} x {members}, {prompt} + {answer}"
        yield name, texts, threads, *compared(ours, theirs), *losses_and_peaks(ours, theirs)


def losses_and_peaks(ours, theirs):
    losses = ", ".join(f"{side[0]['loss']:.5g}" for side in (ours, theirs))
    peaks = [side[-1]["peak_mib"] for side in (ours, theirs)]
    return losses, *(f"{peak:,.0f}" for peak in peaks), f"{peaks[0] / peaks[1]:.2f}"


main()
