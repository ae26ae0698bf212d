"""Compiles what a card computes with where there is none, so that time on a card is spent on measuring.

    cargo build --release --package millrace-benchmarks --bin gpu --features cuda
    python3 benchmarks/gpu/ahead.py [--shapes 0.5B 1.5B] [--output target/benchmarks/kernels.db.xz]
    python3 benchmarks/gpu/run.py --kernels target/benchmarks/kernels.db.xz

The program runs against a driver that computes nothing (`empty_driver.c`), with the compiler of CUDA 13.0 from PyPI, whose
kernels a card's driver from 580 on takes. What was found out about their speed is left out, since no card was asked. The
tokens a second that are printed are those of the machine alone, which tells a card what to do: on a card they are no more.
Takes some ten minutes for the 0.5 B shape on two cores, and needs a C compiler.
"""

import argparse
import json
import lzma
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from environment import here  # noqa: E402
from measure import ROOT, TARGET, run, say, table  # noqa: E402
from tools import peer  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "release" / "gpu")
    parser.add_argument("--shapes", nargs="+", default=["0.5B", "1.5B"])
    parser.add_argument("--dtype", default="bf16")
    parser.add_argument("--output", type=Path, default=TARGET / "kernels.db.xz")
    options = parser.parse_args()
    folder = TARGET / "ahead"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Not as `libcuda.so.1`: by that name NVRTC itself would ask the driver for more than it has.
    run(["cc", "-O1", "-shared", "-fPIC", HERE / "empty_driver.c", "-o", folder / "libcuda.so"])
    kernels = here(folder)
    toolkit = next((peer("nvrtc").parent / "lib").glob("python*/site-packages/nvidia/cu13"))
    environment = {"CUDA_PATH": str(toolkit), "LD_LIBRARY_PATH": f"{folder}:{toolkit / 'lib'}"}
    rows = [row for shape in options.shapes for row in told(options.program, shape, options.dtype, folder, environment)]
    table("The machine alone, with a driver that computes nothing", ("model", "what", "batch", "tokens/s"), rows)
    count = only_kernels(kernels)
    with open(kernels, "rb") as source, lzma.open(options.output, "wb", preset=1) as target:
        shutil.copyfileobj(source, target)
    say(f"{count} kernels in {options.output}")


def told(program, shape, dtype, folder, environment):
    """What the program says of a shape, but for comparisons, which mean nothing here."""
    say(f"compiling for {shape}")
    environment = {**os.environ, "RUST_BACKTRACE": "0", **environment}
    done = subprocess.run([program, "cuda:0", shape, dtype], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{program} failed with {shape}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [(f"{shape} {dtype}", line["what"], line["batch"], f"{line['number']:,.0f}") for line in lines if line["batch"]]


def only_kernels(database):
    """Leaves in burn's environment what was compiled alone, and counts it."""
    environment = sqlite3.connect(database)
    environment.execute("DELETE FROM entries WHERE namespace NOT LIKE 'cuda%'")
    environment.commit()
    environment.execute("VACUUM")
    (count,) = environment.execute("SELECT count(*) FROM entries WHERE namespace LIKE 'cuda/%'").fetchone()
    environment.close()
    return count


main()
