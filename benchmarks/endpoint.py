"""Measures how fast a remote model is asked, beside OpenAI's own client and beside aiohttp by hand.

    python3 benchmarks/endpoint.py [--rounds 5] [--quick]

A server on this machine answers every conversation at once; 512 requests are under way. The clock starts when the
connections are open. Both sides take turns against the same server, which has the same two cores.
"""

import argparse
import json
import subprocess
from pathlib import Path

from measure import interleaved, run, table
from tools import driver, peer, titled

SCRIPT = Path(__file__).resolve().parent / "peers" / "endpoint_requests.py"
SLOTS = 512


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is measured")
    parser.add_argument("--quick", action="store_true", help="one round of few requests")
    options = parser.parse_args()
    rounds, ours, theirs = (1, 5_000, 600) if options.quick else (options.rounds, 50_000, 2_000)
    program, python = driver("endpoint"), peer("openai") / "python"
    with subprocess.Popen([program, "serve"], stdout=subprocess.PIPE, text=True) as server:
        try:
            costs = measure(server.stdout.readline().strip(), program, python, rounds, ours, theirs)
        finally:
            server.kill()
    head = ("client", "requests/s", "CPU microseconds a request", "against millrace", "in CPU")
    table(f"Asking a server on this machine, {SLOTS} requests under way", head, list(report(costs)))


def measure(url, program, python, rounds, ours, theirs):
    def asked_by(client):
        return lambda: run([python, SCRIPT, client, url, theirs, SLOTS])

    return interleaved(rounds, {
        "millrace": lambda: run([program, "ask", url, ours, SLOTS]),
        "aiohttp by hand": asked_by("aiohttp"),
        f"{titled('openai')} over aiohttp": asked_by("openai"),
        f"{titled('openai')} as it comes": asked_by("httpx"),
    })


def report(costs):
    middles = {name: (middle(own, "seconds"), middle(own, "cpu_seconds")) for name, own in costs.items()}
    wall, cpu = middles["millrace"]
    for name, (seconds, busy) in middles.items():
        yield name, f"{1 / seconds:,.0f}", f"{busy * 1e6:.0f}", f"{seconds / wall:.1f}", f"{busy / cpu:.1f}"


def middle(costs, field):
    """The median of a field, a request."""
    lines = [json.loads(cost.output.splitlines()[-1]) for cost in costs]
    measured = sorted(line[field] / line["requests"] for line in lines)
    return measured[len(measured) // 2]


main()
