"""Runs a program natively, again and again: `python_runs.py process|fork|inside RUNS PROGRAM INPUT`.

`process` starts the interpreter for every run, in an empty environment. `fork` forks a warm one that has the modules
loaded that programs use. `inside` runs the program in this very process, which isolates nothing: it is what the program
itself costs. Prints one JSON object with the CPU time of this process and its children.
"""

import io
import json
import os
import resource
import subprocess
import sys


def main():
    mode, runs, program, text = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    run = {"process": process, "fork": fork, "inside": inside}[mode]
    with open(program, encoding="utf-8") as file:
        source = file.read()
    run(program, source, text)
    before = cpu()
    for _ in range(runs):
        run(program, source, text)
    print(json.dumps({"runs": runs, "cpu_seconds": cpu() - before}))


def cpu():
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def process(program, _, text):
    done = subprocess.run([os.path.realpath(sys.executable), program], input=text, capture_output=True, text=True, env={},
                          check=True)
    return done.stdout


def fork(_, source, text):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        os.dup2(write, 1)
        sys.stdin, sys.stdout = io.StringIO(text), open(1, "w", encoding="utf-8", closefd=False)
        exec(compile(source, "main.py", "exec"), {"__name__": "__main__"})
        sys.stdout.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        output = pipe.read()
    if os.waitpid(child, 0)[1]:
        sys.exit("the program failed")
    return output


def inside(_, source, text):
    stdin, stdout = sys.stdin, sys.stdout
    sys.stdin, sys.stdout = io.StringIO(text), io.StringIO()
    try:
        exec(compile(source, "main.py", "exec"), {"__name__": "__main__"})
        return sys.stdout.getvalue()
    finally:
        sys.stdin, sys.stdout = stdin, stdout


if __name__ == "__main__":
    main()
