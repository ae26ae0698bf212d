"""`distilabel_rows.py ROWS STEPS CACHE FILE`: a distilabel pipeline of steps that pass their rows on.

Loads the first ROWS rows of a Parquet or JSON Lines file, sends them through STEPS steps in batches of the library's own
size, and keeps the library's cache in CACHE. Prints how many rows came out.
"""

import sys
from pathlib import Path

import pyarrow.json
import pyarrow.parquet
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts, StepInput, step


@step(inputs=["id", "text"], outputs=["id", "text"])
def nothing(inputs: StepInput):
    """Passes its rows on."""
    yield inputs


def main():
    rows, steps = int(sys.argv[1]), int(sys.argv[2])
    cache, path = Path(sys.argv[3]), sys.argv[4]
    read = pyarrow.parquet.read_table if path.endswith(".parquet") else pyarrow.json.read_json
    data = read(path).slice(0, rows).to_pylist()
    with Pipeline(name="nothing", cache_dir=cache) as pipeline:
        last = LoadDataFromDicts(name="load", data=data)
        for number in range(steps):
            following = nothing(name=f"nothing_{number}")
            last >> following
            last = following
    distiset = pipeline.run(use_cache=True)
    print("rows:", len(distiset["default"]["train"]))


if __name__ == "__main__":
    main()
