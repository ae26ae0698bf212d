"""Checks that a card computes what the processor computes, and measures it beside PyTorch on the same card.

    cargo build --release --package millrace-benchmarks --bin gpu --features cuda
    python3 benchmarks/gpu/run.py [--program target/release/gpu] [--kernels kernels.db.xz] [--python python3]

Needs an NVIDIA card, and for the second column a Python with torch and transformers. Nothing is fetched: the program may
have been built on another machine, and so may what a card computes with, by `ahead.py`; without it the card waits for minutes
until hundreds of kernels are compiled. Every part has its share of the seven and a half minutes that all may take; one that
does not end in its time, or fails, is told and left out. `--device cpu --shapes tiny` tries the benchmark itself.
"""

import argparse
import json
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from environment import here

HERE = Path(__file__).resolve().parent
# Seconds: all, and what PyTorch may take of them for a shape. What it leaves, and what one shape leaves, others have.
BUDGET, PYTORCH = 450.0, 75.0
# Above these parts of the largest number the card computes something else. Its products of single precision may be of TF32,
# with a relative error of 2^-11 for each factor; bf16 has 2^-9, and every sum and activation is rounded to it.
FURTHEST = {
    "logits": 1e-2, "logits through pages": 1e-2, "likelihoods": 1e-2, "rewards": 1e-2, "gradients": 2e-2,
    "logits in bf16": 1e-1,
}


def toolkit(python):
    """Where a Python's own packages have what compiles a card's code, if the machine has no toolkit."""
    if os.environ.get("CUDA_PATH") or any(Path(place).exists() for place in ("/usr/local/cuda", "/opt/cuda", "/usr/bin/nvcc")):
        return {}
    if compiler := shutil.which("nvcc"):
        return {"CUDA_PATH": str(Path(compiler).resolve().parent.parent)}
    try:
        asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        packages = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()) / "nvidia"
    except (OSError, subprocess.CalledProcessError):
        return {}
    headers = sorted(packages.glob("*/include/cuda_fp16.h"))
    compilers = sorted(packages.glob("*/lib/libnvrtc.so*"))
    paths = [str(compilers[0].parent)] if compilers else []
    paths += [path for path in [os.environ.get("LD_LIBRARY_PATH")] if path]
    own = {"CUDA_PATH": str(headers[0].parent.parent)} if headers else {}
    return {**own, "LD_LIBRARY_PATH": ":".join(paths)} if paths else own


def lines(command, seconds, environment, folder=None):
    """The JSON lines that a program wrote in its time, and what went wrong with it."""
    environment = {**os.environ, **environment, "RUST_BACKTRACE": "0"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, env=environment, cwd=folder)
        output, fault = done.stdout, done.stderr.strip() if done.returncode else ""
    except subprocess.TimeoutExpired as late:
        output = late.stdout or ""
        output = output.decode() if isinstance(output, bytes) else output
        fault = f"stopped after {seconds:.0f} s"
    except OSError as error:
        return {}, str(error)
    found = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    keys = [(line["what"], line["batch"]) for line in found]
    return dict(zip(keys, [line["number"] for line in found])), fault[-2000:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(HERE.parent.parent / "target" / "release" / "gpu"))
    parser.add_argument("--kernels", type=Path, help="what `ahead.py` has compiled")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--shapes", nargs="+", default=["0.5B", "1.5B"])
    parser.add_argument("--dtype", default=None, help="default: bf16 on a card, f32 on the processor")
    options = parser.parse_args()
    dtype = options.dtype or ("f32" if options.device == "cpu" else "bf16")
    deadline, rows, wrong = time.monotonic() + BUDGET, [], False
    place = brought(options.kernels) if options.kernels else None
    for done, shape in enumerate(options.shapes):
        arguments, left = [options.device, shape, dtype], len(options.shapes) - done
        own = (deadline - time.monotonic()) / left - PYTORCH
        ours, fault = lines([os.path.abspath(options.program), *arguments], own, toolkit(options.python), place and place.name)
        theirs, missing = lines([options.python, str(HERE / "torch_side.py"), *arguments], PYTORCH, {})
        for side, words in [("millrace", fault), ("PyTorch", missing)]:
            if words:
                print(f"{side}, {shape}: {words}", file=sys.stderr)
        for what, furthest in FURTHEST.items():
            distance = ours.pop((f"parity of {what}", 0), None)
            right = distance is not None and distance < furthest
            wrong = wrong or not right
            print(f"{'right' if right else 'WRONG'}: {what} of card and processor, {distance} apart", file=sys.stderr)
        for what, batch in sorted({*ours, *theirs}):
            own, peer = ours.get((what, batch)), theirs.get((what, batch))
            ratio = f"{own / peer:.2f}" if own and peer else "-"
            cells = [f"{number:,.0f}" if number else "-" for number in (own, peer)]
            rows.append((f"{shape} {dtype}", what, batch, *cells, ratio))
    head = ("model", "what", "batch", "tokens/s", "PyTorch", "ratio")
    print(f"\n{card(options.device)}\n")
    for cells in (head, ["-" * len(name) for name in head], *rows):
        print("| " + " | ".join(str(cell) for cell in cells) + " |")
    sys.exit(1 if wrong else 0)


def brought(kernels):
    """A folder to run in for as long as it is held, where burn's environment is what was compiled ahead."""
    place = tempfile.TemporaryDirectory(prefix="kernels-")
    with lzma.open(kernels) as source, open(here(place.name), "wb") as target:
        shutil.copyfileobj(source, target)
    return place


def card(device):
    if device == "cpu":
        return "the processor"
    query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(query, capture_output=True, text=True, check=False).stdout.strip() or device
    except OSError:
        # The driver is there without its tools.
        return device


main()
