"""Measures a step of policy optimization end to end beside TRL: answers drawn, programs run, the policy updated.

    python3 benchmarks/training.py [--steps 8] [--rounds 2] [--quick]

Both sides begin with the same small decoder, taught by `train.sft` to answer practice problems, and see the same
problems. TRL's reward function runs every program in a process of its own, as many at once as there are cores. A round
of ours and one of TRL's take turns; the first step of each round, in which both make ready, does not count.
"""

import argparse
import json
import os
import shutil
import statistics
from pathlib import Path

from measure import run, say, table
from taught import SHAPES, taught
from tools import millrace, peer, titled

SCRIPT = Path(__file__).resolve().parent / "peers" / "trl_grpo.py"
BATCH, GROUP, TOKENS, RATE = 8, 8, 160, 1e-5

STEP = """
name: step
seed: SEED
nodes:
  problems: {op: source.jsonl, with: {path: problems.jsonl, rows: Problem}}
  model:    {op: model.checkpoint, with: {path: model}}
  policy:
    op: train.grpo
    inputs: {problems: problems, model: model}
    with:
      prompt: "{{ statement }}"
      steps: STEPS
      batch: BATCH
      group: GROUP
      max_tokens: TOKENS
      rate: RATE
      rollouts_every: 0
  metrics: {op: export.jsonl, inputs: policy.metrics, with: {path: metrics.jsonl}}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=8, help="how many steps a round has, the first included")
    parser.add_argument("--rounds", type=int, default=2, help="how often each side is measured")
    parser.add_argument("--quick", action="store_true", help="the smaller decoder alone")
    options = parser.parse_args()
    program, python = millrace(), peer("trl") / "python"
    lines = []
    for name in list(SHAPES)[: 1 if options.quick else 2]:
        place = taught(program, name)
        ours, theirs = [], []
        for seed in range(options.rounds):
            ours.append(our_steps(program, place, options.steps, seed))
            theirs.append(their_steps(python, place, options.steps))
            say(f"round {seed + 1}: {median(ours[-1]['seconds']):.2f} s, TRL {median(theirs[-1]['seconds']):.2f} s a step")
        one, other = (median([step for own in side for step in own["seconds"]]) for side in (ours, theirs))
        lengths = [statistics.mean(length for own in side for length in own["lengths"]) for side in (ours, theirs)]
        rewards = [statistics.mean(reward for own in side for reward in own["rewards"]) for side in (ours, theirs)]
        lines.append((name, f"{one:.2f}", f"{other:.2f}", f"{other / one:.1f}", *(f"{length:.0f}" for length in lengths),
                      *(f"{reward:.2f}" for reward in rewards)))
    head = ("decoder", "s a step", "TRL", "ratio", "tokens an answer", "TRL", "reward", "TRL")
    table(f"GRPO on practice problems, {BATCH} x {GROUP} answers of at most {TOKENS} tokens, {os.cpu_count()} cores "
          f"({titled('trl')})", head, lines)


def our_steps(program, place, steps, seed):
    names = {"SEED": seed, "STEPS": steps, "BATCH": BATCH, "GROUP": GROUP, "TOKENS": TOKENS, "RATE": RATE}
    text = STEP
    for name, value in names.items():
        text = text.replace(name, str(value))
    (place / "step.yaml").write_text(text)
    shutil.rmtree(place / "cache", ignore_errors=True)
    output = run([program, "run", "step.yaml", "--cache", "cache", "--log", "json"], cwd=place).output
    events = [json.loads(line) for line in output.splitlines() if line.startswith('{"at"')]
    at = [event["at"] / 1000 for event in events if event["event"] == "measured"]
    metrics = [json.loads(line) for line in (place / "metrics.jsonl").read_text().splitlines()]
    value = lambda name: [row["value"] for row in metrics if row["name"] == name]
    return {"seconds": [after - before for before, after in zip(at, at[1:])], "rewards": value("reward"),
            "lengths": value("completion_tokens")}


def their_steps(python, place, steps):
    arguments = [place / "model", place / "problems.jsonl", steps, BATCH, GROUP, TOKENS, RATE, os.cpu_count()]
    answer = json.loads(run([python, SCRIPT, *arguments], cwd=place).output.splitlines()[-1])
    return {**answer, "seconds": answer["seconds"][1:]}


def median(numbers):
    return statistics.median(numbers)


main()
