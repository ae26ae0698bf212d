"""Measures a rerun with nothing to do, whole process, beside DVC, Snakemake and distilabel.

    python3 benchmarks/rerun.py [--quick] [--rounds 9] [--rows 1000000]

millrace: 20 nodes, a source of 1 M rows and 19 filters that keep nearly all of them, so that some 20 M rows are stored.
The peers have less: DVC and Snakemake six stages over the same file, distilabel six steps over 1,000 rows. Each runs once
to the end; then all reruns take turns, and the figures are medians.
"""

import argparse
import json
import random
import shutil

from measure import ROOT, TARGET, interleaved, median, run, say, table
from tools import millrace, peer, titled

NODES = 20
STAGES = 6
DISTILABEL_ROWS = 1_000
FOLDER = TARGET / "rerun"


def main():
    options = arguments()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    rows = write_rows(options.rows)
    preparations = {"millrace": prepare_millrace, "dvc": prepare_dvc, "snakemake": prepare_snakemake,
                    "distilabel": prepare_distilabel}
    programs = {name: prepare(rows) for name, prepare in preparations.items()}
    costs = interleaved(options.rounds, programs)
    report(options.rows, costs)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 rows and 3 rounds, to see that everything works")
    parser.add_argument("--rounds", type=int, default=9, help="how often each rerun is measured")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the source")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.rows = 3, 10_000
    return options


def write_rows(count):
    """A seeded JSON Lines file."""
    path = FOLDER / "rows.jsonl"
    generator = random.Random(17)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            row = {"id": f"row-{number:08}", "number": number, "text": f"{generator.getrandbits(128):032x}"}
            file.write(json.dumps(row) + "\n")
    return path


def prepare_millrace(rows):
    """Runs the pipeline once, sees that a second run finds everything, and gives the rerun."""
    program = millrace()
    manifest = FOLDER / "rerun.yaml"
    nodes = [f"  node_0: {{op: source.jsonl, with: {{path: {rows.name}}}}}"]
    for number in range(1, NODES):
        where = f"{{where: number >= {number}}}"
        nodes.append(f"  node_{number}: {{op: filter.where, inputs: node_{number - 1}, with: {where}}}")
    manifest.write_text("name: rerun\nnodes:\n" + "\n".join(nodes) + "\n", encoding="utf-8")
    command = [program, "run", manifest, "--cache", FOLDER / "cache"]
    first = run(command)
    say(f"millrace, first run: {first.wall:.1f} s wall, {first.cpu:.1f} s CPU")
    events = [json.loads(line) for line in run([*command, "--log", "json"]).output.splitlines() if line.startswith("{")]
    started = next(event for event in events if event["event"] == "started")
    expect(started["cached"] == NODES and started["runs"] == 0, f"millrace did not find its outputs: {started}")
    return lambda: run(command)


def prepare_dvc(rows):
    folder = FOLDER / "dvc"
    folder.mkdir()
    stages = ["stages:"]
    source = f"../{rows.name}"
    for number in range(STAGES):
        target = f"stage_{number}.jsonl"
        stages += [f"  stage_{number}:", f"    cmd: cp {source} {target}", f"    deps: [{source}]", f"    outs: [{target}]"]
        source = target
    (folder / "dvc.yaml").write_text("\n".join(stages) + "\n", encoding="utf-8")
    program = peer("dvc") / "dvc"
    run([program, "init", "--no-scm"], cwd=folder)
    run([program, "config", "core.analytics", "false"], cwd=folder)
    run([program, "config", "core.check_update", "false"], cwd=folder)
    run([program, "repro"], cwd=folder)
    return checked([program, "repro"], folder, "up to date")


def prepare_snakemake(rows):
    folder = FOLDER / "snakemake"
    folder.mkdir()
    rules = [f"rule all:\n    input: 'stage_{STAGES - 1}.jsonl'\n"]
    source = f"../{rows.name}"
    for number in range(STAGES):
        target = f"stage_{number}.jsonl"
        rules.append(f"rule stage_{number}:\n    input: '{source}'\n    output: '{target}'\n    shell: 'cp {{input}} {{output}}'\n")
        source = target
    (folder / "Snakefile").write_text("\n".join(rules), encoding="utf-8")
    command = [peer("snakemake") / "snakemake", "--cores", "2"]
    run(command, cwd=folder)
    return checked(command, folder, "Nothing to be done")


def prepare_distilabel(_rows):
    script = ROOT / "benchmarks" / "peers" / "distilabel_rows.py"
    data = FOLDER / "distilabel.jsonl"
    lines = (json.dumps({"id": f"row-{number:08}", "text": "text " * 10}) for number in range(DISTILABEL_ROWS))
    data.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    command = [peer("distilabel") / "python", script, DISTILABEL_ROWS, STAGES - 1, FOLDER / "distilabel", data]
    run(command)
    return checked(command, FOLDER, "from cache")


def checked(command, folder, proof):
    """The rerun, once it has said in its own words that there is nothing to do."""
    output = run(command, cwd=folder).output
    expect(proof in output, f"`{command[0].name}` had something to do:\n{output[-2000:]}")
    return lambda: run(command, cwd=folder)


def expect(holds, complaint):
    if not holds:
        raise SystemExit(complaint)


def report(rows, costs):
    ours = median(costs["millrace"], "wall")
    work = {
        "millrace": f"{NODES} nodes, {rows:,} rows each",
        "dvc": f"{STAGES} stages, {rows:,} rows",
        "snakemake": f"{STAGES} rules, {rows:,} rows",
        "distilabel": f"{STAGES} steps, {DISTILABEL_ROWS:,} rows",
    }
    lines = []
    for name, runs in costs.items():
        wall, cpu, peak = (median(runs, field) for field in ("wall", "cpu", "peak_mib"))
        title = name if name == "millrace" else titled(name)
        lines.append((title, work[name], f"{wall * 1000:,.0f}", f"{min(run.wall for run in runs) * 1000:,.0f}",
                      f"{cpu * 1000:,.0f}", f"{peak:,.0f}", f"{wall / ours:.1f}"))
    head = ("tool", "pipeline", "median wall ms", "least wall ms", "median CPU ms", "peak MiB", "wall against millrace")
    table("A rerun with nothing to do, whole process", head, lines)


if __name__ == "__main__":
    main()
