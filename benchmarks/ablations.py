"""Runs a pipeline's ablations at the size of two cores, and tells what came of them: a table, and curves of the policies.

    python3 benchmarks/ablations.py pipelines/recode.yaml [NAME ...] --preset tiny [--curve process_score --curve pass_rate]

Runs `millrace ablate` over the seeds that the manifest's `report` names, and prints the table in Markdown: means over seeds
with their standard deviations, differences from the pipeline as it stands under the same seeds, and the value of each seed.
With `--curve` it draws what was measured at the steps of `policy`, means over seeds, in `benchmarks/figures/recode-NAME.svg`.
Takes hours and can be stopped at any moment: what finished is kept under `target/benchmarks/`, and the same command goes on.
"""

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path

from figure import Panel, draw, smooth
from measure import ROOT, TARGET, run, say, table
from tools import millrace

HERE = Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pipeline", type=Path, help="a manifest")
    parser.add_argument("names", nargs="*", help="which of its ablations; all where none is named")
    parser.add_argument("--preset", action="append", default=[], help="a preset of the manifest")
    parser.add_argument("--curve", action="append", default=[], help="what to draw, by its name in the policy's metrics")
    parser.add_argument("--node", default="policy", help="the node whose curves are drawn")
    options = parser.parse_args()
    program, cache = millrace(), TARGET / "ablations" / options.pipeline.stem
    presets = [word for preset in options.preset for word in ("--preset", preset)]
    command = [program, "ablate", options.pipeline, *options.names, *presets, "--cache", cache]
    say(f"running {' '.join(map(str, command[1:]))}")
    output = run([*command, "--json", "--log", "json"]).output
    # The events come first, a line each; then the table, over many lines.
    rows = json.loads(output[output.index("\n[\n") + 1:output.rindex("\n]") + 2])
    head = ("", *(cell for own in rows[0]["metrics"] for cell in (own["metric"], "difference", "by seed")))
    table(f"{options.pipeline}, {rows[0]['metrics'][0]['seeds']} seeds", head, [line(row) for row in rows])
    if options.curve:
        facts = json.loads(run([program, "report", cache, "--json"]).output)
        figure(facts, options)


def line(row):
    """A variant's cells."""
    cells = [row["variant"]]
    spread = lambda deviation: f" ± {deviation:.3f}" if deviation else ""
    for own in row["metrics"]:
        mean, difference, values = own["mean"], own["difference"], own["values"].values()
        cells.append("-" if mean is None else f"{mean:.3f}{spread(own['deviation'])}")
        cells.append(f"{difference:+.3f}{spread(own['difference_deviation'])}" if difference else "")
        cells.append(", ".join(f"{value:.3f}" for value in values) if own["deviation"] else "")
    return cells


def figure(facts, options):
    """A panel a curve, a line a variant."""
    variant = {own["label"]: own["variant"] for own in facts["asked"]["variations"]}
    points = defaultdict(lambda: defaultdict(list))
    for node in (node for node in facts["nodes"] if node["name"] == options.node):
        for series in (series for output in node["outputs"] for series in output["contents"].get("series", [])):
            # A node that several variants share is each one's.
            for name in {variant[label] for label in node["variations"]}:
                for step, value in series["points"]:
                    points[series["name"], name][step].append(value)
    means = lambda key: smooth([(step, statistics.mean(values)) for step, values in sorted(points[key].items())])
    names = [name for name in dict.fromkeys(variant.values()) if (options.curve[0], name) in points]
    # The pipeline as it stands is often one of a sweep's values too.
    if any(means((options.curve[0], name)) == means((options.curve[0], names[0])) for name in names[1:]):
        names = names[1:]
    panels = [Panel(curve, [means((curve, name)) for name in names], [name.split("=")[-1] for name in names])
              for curve in options.curve]
    path = HERE / "figures" / f"{'-'.join([options.pipeline.stem, *options.names])}.svg"
    path.parent.mkdir(exist_ok=True)
    path.write_text(draw(panels, "step"))
    say(f"drew {path.relative_to(ROOT)}")


main()
