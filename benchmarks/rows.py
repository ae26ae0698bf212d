"""Measures what an engine costs per row and row operator, beside distilabel and datatrove.

    python3 benchmarks/rows.py [--quick] [--rounds 3] [--rows 1000000]
    python3 benchmarks/rows.py --memory     # 2 GiB of Parquet, and very many short rows: peak memory

1 M rows of 500 bytes go from a Parquet file through five operators that do nothing. millrace's figure is the whole run,
reading the source included, divided by rows x operators; each operator's output is stored, journaled and remembered. The
peers' figure is the slope between two sizes, so that their start-up does not count; they are given fewer rows, since they
would take minutes.
"""

import argparse
import json
import shutil
from pathlib import Path

from measure import TARGET, interleaved, machine, run, table
from tools import driver, peer, titled

STEPS = 5
ROW_BYTES = 500
# As short as rows with an id get.
SHORT_BYTES = 20
FOLDER = TARGET / "rows"
SCRIPTS = Path(__file__).resolve().parent / "peers"
# At least so many times fewer rows in the small run of a slope.
SMALLER = 5


def main():
    options = arguments()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    program = driver("rows")
    if options.memory:
        return memory(program, options)
    source = FOLDER / "rows.parquet"
    run([program, "write", source, str(options.rows), str(ROW_BYTES)])
    programs = {"millrace": lambda: ours(program, source)}
    for name in ("datatrove kept", "datatrove passing", "distilabel"):
        rows = min(options.rows, options.peer_rows[name])
        programs[name] = lambda name=name, rows=rows: theirs(name, rows, source)
        programs[f"{name}, small"] = lambda name=name, rows=rows: theirs(name, rows // SMALLER, source)
    report(options, interleaved(options.rounds, programs))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rows and 1 round, to see that everything works")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side is measured")
    parser.add_argument("--rows", type=int, default=1_000_000, help="millrace's rows")
    parser.add_argument("--memory", action="store_true", help="measure peak memory in place of time")
    parser.add_argument("--short-rows", type=int, default=16_000_000, help="how many short rows --memory sends")
    parser.add_argument("--gib", type=float, default=2.0, help="how large the Parquet file of --memory is")
    options = parser.parse_args()
    options.peer_rows = {"datatrove kept": 50_000, "datatrove passing": 200_000, "distilabel": 10_000}
    if options.quick:
        options.rounds, options.rows, options.gib, options.short_rows = 1, 20_000, 0.02, 200_000
        options.peer_rows = {"datatrove kept": 5_000, "datatrove passing": 5_000, "distilabel": 1_000}
    return options


def ours(program, source):
    """One run of millrace into an empty cache; its output is one JSON object."""
    cache = FOLDER / "cache"
    cost = run([program, "run", source, str(STEPS), cache])
    shutil.rmtree(cache)
    return cost


def theirs(name, rows, source):
    """One run of a peer into an empty folder."""
    tool, _, mode = name.partition(" ")
    folder = FOLDER / "peer"
    script = [peer(tool) / "python", SCRIPTS / f"{tool}_rows.py"]
    cost = run([*script, *([mode] if mode else []), rows, STEPS, folder, source])
    shutil.rmtree(folder)
    if f"rows: {rows}" not in cost.output:
        raise SystemExit(f"{name} lost rows:\n{cost.output[-2000:]}")
    return cost


def report(options, costs):
    measured = [json.loads(cost.output.splitlines()[-1]) for cost in costs["millrace"]]
    middle = sorted(measured, key=lambda one: one["wall_seconds"])[len(measured) // 2]
    wall, cpu = (middle[f"{kind}_microseconds_per_row_per_operator"] for kind in ("wall", "cpu"))
    lines = [("millrace, each output stored", f"{options.rows:,}", f"{wall:.2f}", f"{cpu:.2f}", "1")]
    meanings = {"datatrove kept": "each output stored", "datatrove passing": "in memory, last output stored",
                "distilabel": "batches cached"}
    for name, meaning in meanings.items():
        rows = min(options.rows, options.peer_rows[name])
        their_wall, their_cpu = (slope(costs[name], costs[f"{name}, small"], rows, field) for field in ("wall", "cpu"))
        title = f"{titled(name.split()[0])}, {meaning}"
        lines.append((title, f"{rows:,}", f"{their_wall:.1f}", f"{their_cpu:.1f}", f"{their_cpu / cpu:.1f}"))
    head = ("engine", "rows", "wall us per row and step", "CPU us per row and step", "CPU against millrace")
    table(f"{STEPS} row operators that do nothing over rows of 500 bytes", head, lines)
    print("\nmillrace's run in the middle: " + json.dumps(middle))


def slope(large, small, rows, field):
    """Microseconds per further row and step, from the quickest run of either size."""
    quickest = [min(getattr(cost, field) for cost in costs) for costs in (large, small)]
    return (quickest[0] - quickest[1]) / ((rows - rows // SMALLER) * STEPS) * 1e6


def memory(program, options):
    large, many = FOLDER / "large.parquet", FOLDER / "many.parquet"
    run([program, "write-bytes", large, str(int(options.gib * 2**30)), str(ROW_BYTES)])
    run([program, "write", many, str(options.short_rows), str(SHORT_BYTES)])
    cache = FOLDER / "cache"
    lines, peaks = [], []
    for source, size in ((large, ROW_BYTES), (many, SHORT_BYTES)):
        measured = json.loads(run([program, "run", source, "2", cache]).output.splitlines()[-1])
        shutil.rmtree(cache)
        peaks.append(measured["peak_resident_mib"])
        lines.append((f"{source.stat().st_size / 2**20:,.0f}", f"{measured['rows']:,}", size, 2, f"{peaks[-1]:,.0f}", 512,
                      f"{measured['wall_seconds']:.1f}", f"{measured['cpu_seconds']:.1f}"))
    head = ("Parquet input MiB", "rows", "bytes a row", "row operators", "peak resident MiB", "at most", "wall s", "CPU s")
    table("Peak memory", head, lines)
    if max(peaks) > 512:
        raise SystemExit(f"over 512 MiB; {machine()}")


if __name__ == "__main__":
    main()
