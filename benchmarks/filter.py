"""Measures the text kernels of `filter` beside their peers: one command, one table.

    python3 benchmarks/filter.py [--quick] [--documents 100000] [--rounds 5]

Decontamination: 10-grams of 200 benchmark documents, against plain Python sets, which are also the oracle: both sides
must find the same n-grams. Near-duplicates: 128 permutations over shingles of 3 words, threshold 0.8, against rensa
and datasketch; reported similarities must be exact, and the error of every estimate is printed beside √(J(1−J)/k).

Both sides run on one thread, in turn, for some rounds; figures are medians of CPU time. Reading a corpus is excluded on
both sides. The first run installs the peers under `target/benchmarks`.
"""

import argparse
import os
import subprocess
import sys

from measure import TARGET, table
from tools import driver, peer

CORPORA = TARGET / "corpora"
ENVIRONMENT = TARGET / "venv-rensa"


def main():
    options = arguments()
    if sys.prefix != str(ENVIRONMENT):
        sys.exit(run_among_peers())
    from filter_peers import decontamination, near_duplicates

    CORPORA.mkdir(parents=True, exist_ok=True)
    rows = []
    for kind in ("zipf", "random", "unicode"):
        rows += decontamination.compare(CORPORA, kind, options)
    for kind, words_each in (("zipf", 80), ("random", 80), ("zipf", 1_000)):
        rows += near_duplicates.compare(CORPORA, kind, words_each, options)
    heads = ("task", "millrace", "documents/s", "peer", "documents/s", "ratio")
    table("Text kernels, one thread, medians of CPU time", heads, rows)
    heads = ("estimate, 128 permutations", "mean absolute error", "RMS error / √(J(1−J)/k)")
    table("The error of estimated similarities", heads, list(near_duplicates.estimate_errors(CORPORA)))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000, help="documents of 80 words in a corpus")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side runs")
    parser.add_argument("--quick", action="store_true", help="few documents and 1 round, to see that everything works")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.documents = 1, 5_000
    return options


def run_among_peers():
    """Runs this file again where the peers are installed, with one thread for each of them."""
    python = peer("rensa") / "python"
    for name in ("decontaminate", "near_duplicates"):
        driver(name)
    one_thread = {"RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run([python, *sys.argv], env={**os.environ, **one_thread}, check=False).returncode


if __name__ == "__main__":
    main()
