"""Shows that a small decoder learns by trying: pass@1 on problems that it has never seen, over three seeds.

    python3 benchmarks/learning.py [--seeds 3] [--quick]

Runs `benchmarks/learning.yaml` once a seed: a decoder of 1.1 M parameters is taught by `train.sft` (start) and goes on by
`train.grpo` with programs that really run (policy). Beside that it is shown solutions for as long again as the policy took,
by the clock of the same run (shown). Every seed has its own problems, weights and draws. Prints a table, with the standard
errors of the differences on the same problems, and draws how the policy came there in `benchmarks/figures/learning.svg`.
"""

import argparse
import json
import shutil
import statistics
from pathlib import Path

from figure import Panel, draw, smooth
from measure import TARGET, run, say, table
from tools import millrace

HERE = Path(__file__).resolve().parent
STAGES = ["start", "policy", "shown"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds")
    parser.add_argument("--quick", action="store_true", help="one seed, few steps and problems; draws no figure")
    options = parser.parse_args()
    program, seeds = millrace(), range(1, 2 if options.quick else options.seeds + 1)
    sizes = {"steps": 4, "held_out": 20} if options.quick else {}
    learned = [learn(program, seed, sizes) for seed in seeds]
    rows = [line(f"seed {seed}", *own) for seed, own in zip(seeds, learned)]
    if len(learned) > 1:
        rows.append(together(rows))
    head = ("", *(f"{stage}, pass@1" for stage in STAGES), "policy - start", "errors", "policy - shown", "errors", "s, policy",
            "s, shown")
    table("What is learned by trying, on held-out problems", head, [shown(row) for row in rows])
    if not options.quick:
        figure([own[2] for own in learned], [row[3] for row in rows[:len(learned)]])


def learn(program, seed, sizes):
    """Problems' shares of passing answers by stage, seconds by stage, and what was measured of each step."""
    place = TARGET / "learning" / f"seed-{seed}"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "learning.yaml", place)
    wanted = [f"--set=seed={seed}", *(f"--set=vars.{name}={value}" for name, value in sizes.items())]
    known = trained(program, place, wanted, ["policy_rows", "start_rows", "steps"])
    # As many steps as take as long.
    start, policy = known["start"], known["policy"]
    longer = max(1, round(policy["seconds"] / start["seconds"] * start["calls"]))
    known = trained(program, place, [*wanted, f"--set=vars.longer={longer}"], [])
    read = lambda name: [json.loads(row) for row in (place / f"{name}.jsonl").read_text().splitlines()]
    shares = {stage: {row["id"]: row["passed"] / row["answers"] for row in read(stage)} for stage in STAGES}
    return shares, {stage: known[stage]["seconds"] for stage in STAGES}, read("steps")


def trained(program, place, wanted, nodes):
    """Seconds and calls of each node that was ever made there."""
    log = place / "seconds.json"
    known = json.loads(log.read_text()) if log.exists() else {}
    output = run([program, "run", "learning.yaml", *nodes, *wanted, "--log", "json"], cwd=place).output
    for text in output.splitlines():
        event = json.loads(text) if text.startswith('{"at"') else {}
        if event.get("event") == "node_finished":
            known[event["node"]] = {"seconds": event["seconds"], "calls": event["calls"]}
    log.write_text(json.dumps(known))
    say(f"{place.name}: " + ", ".join(f"{stage} {known[stage]['seconds']:.0f} s" for stage in STAGES if stage in known))
    return known


def line(name, shares, seconds, _):
    """A row of numbers: passes by stage, then differences and their standard errors."""
    passes = [statistics.mean(shares[stage].values()) for stage in STAGES]
    gaps = []
    for stage in ("start", "shown"):
        each = [shares["policy"][problem] - share for problem, share in shares[stage].items()]
        gaps += [statistics.mean(each), statistics.stdev(each) / len(each) ** 0.5]
    return [name, *passes, *gaps, seconds["policy"], seconds["shown"]]


def together(rows):
    """The means over seeds; errors of means of independent numbers."""
    mean = [statistics.mean(column) for column in list(zip(*rows))[1:]]
    for place in (4, 6):
        mean[place] = sum(row[place + 1] ** 2 for row in rows) ** 0.5 / len(rows)
    return ["all", *mean]


def shown(row):
    name, *numbers = row
    passes = [f"{number:.3f}" for number in numbers[:3]]
    gaps = [text for gap, error in (numbers[3:5], numbers[5:7]) for text in (f"{gap:+.3f} +- {error:.3f}", f"{gap / error:.1f}")]
    return (name, *passes, *gaps, *(f"{number:.0f}" for number in numbers[7:]))


def figure(runs, shown_passes):
    """One line a seed."""
    curve = lambda steps, name: [(row["step"], row["value"]) for row in steps if row["name"] == name]
    panels = [
        Panel("held-out pass@1, likeliest answers", [curve(steps, "validation_pass@1") for steps in runs]),
        Panel("reward of drawn answers", [smooth(curve(steps, "reward")) for steps in runs]),
        Panel("tokens an answer", [smooth(curve(steps, "completion_tokens")) for steps in runs]),
    ]
    path = HERE / "figures" / "learning.svg"
    path.parent.mkdir(exist_ok=True)
    path.write_text(draw(panels, "step"))
    say(f"drew {path.relative_to(HERE.parent)}")


main()
