"""Measures answers to ragged prompts that a text ends, a rollout's shape, beside transformers' `generate`.

    python3 benchmarks/rollouts.py [--rounds 5] [--quick]

Both sides answer the same 256 practice problems with the same small decoder, taught by `train.sft`, once each, drawn from
the model's own distribution. Ours are asked for all at once; `generate` gets them in batches, shortest prompts first, so
that it pads little, and the size of batch counts that it is fastest with. Prompts are of 20 to 130 tokens and answers of 20
to 160, each ended by the same text. Both sides stay loaded and take turns.
"""

import argparse
import os
from pathlib import Path

from measure import run, table
from taught import SHAPES, taught
from tools import driver, millrace, peer, titled
from turns import compared, turns

SCRIPT = Path(__file__).resolve().parent / "peers" / "transformers_generate.py"
REQUESTS, TOKENS, STOP = 256, 160, "</answer>"
BATCHES = [32, 64, 256]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is measured")
    parser.add_argument("--quick", action="store_true", help="one round, the smaller decoder alone")
    options = parser.parse_args()
    rounds, names = (1, list(SHAPES)[:1]) if options.quick else (options.rounds, SHAPES)
    program, ours, python = millrace(), driver("rollouts"), peer("torch") / "python"
    lines = [line for name in names for line in measured(rounds, taught(program, name), name, ours, python)]
    head = ("decoder", "threads", "batch", "tokens/s", "transformers", "ratio", "tokens/CPU-second", "transformers", "ratio",
            "tokens an answer", "transformers")
    table(f"{REQUESTS} answers to ragged prompts (transformers' generate, {titled('torch')} eager)", head, lines)


def measured(rounds, place, name, program, python):
    problems = place / "asked.jsonl"
    problems.write_text("".join(f"{line}\n" for line in (place / "problems.jsonl").read_text().splitlines()[:REQUESTS]))
    for threads in sorted({1, os.cpu_count()}):
        arguments = [place / "model", problems, threads, TOKENS, STOP]
        peers = [[python, SCRIPT, *arguments, batch] for batch in BATCHES]
        own, *others = turns(rounds, [program, *arguments], *peers)
        batch, theirs = min(zip(BATCHES, others), key=lambda side: min(answer["seconds"] for answer in side[1]))
        lengths = [sum(answer["tokens"] for answer in side) / sum(answer["answers"] for answer in side) for side in (own, theirs)]
        yield name, threads, batch, *compared(own, theirs), *(f"{length:.0f}" for length in lengths)


main()
