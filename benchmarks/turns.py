"""Programs that stay loaded and take turns, a short round each, so that a busy moment of the machine falls on all alike.

Owns the turns and what is made of them. Knows no program: each runs a round for every line that it reads, and answers with
a JSON line that holds `seconds`, `cpu_seconds` and `tokens`.
"""

import json
import statistics
import subprocess

from measure import say


def turns(rounds, *commands):
    """The answers of programs that take turns; the first round of each warms up."""
    programs = [subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                for command in commands]
    answers = [[] for _ in programs]
    for number in range(rounds + 1):
        for program, own in zip(programs, answers):
            program.stdin.write("\n")
            program.stdin.flush()
            own.append(json.loads(program.stdout.readline()))
        say(f"round {number} of {rounds}: " + ", ".join(f"{speed(own[-1], 'seconds'):.0f}" for own in answers))
    for program in programs:
        program.stdin.close()
        program.wait()
    return [own[1:] for own in answers]


def compared(ours, theirs):
    for field in ("seconds", "cpu_seconds"):
        one, other = (statistics.median(speed(answer, field) for answer in side) for side in (ours, theirs))
        yield from (f"{one:,.0f}", f"{other:,.0f}", f"{one / other:.2f}")


def speed(answer, field):
    return answer["tokens"] / answer[field]

