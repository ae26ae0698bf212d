"""`datatrove_rows.py (kept|passing) ROWS STEPS FOLDER FILE`: datatrove filters that keep every document.

Sends the first ROWS rows of a Parquet file through STEPS filters. `kept` gives each filter an executor and an output of
its own, so that each step can be continued and read, as every edge of millrace can; `passing` runs all filters in one
executor, in memory, and keeps the last output only. Prints how many rows came out.
"""

import sys
from pathlib import Path

import pyarrow.parquet
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import LambdaFilter
from datatrove.pipeline.readers import ParquetReader
from datatrove.pipeline.writers import ParquetWriter


def keep(_document):
    """Keeps every document."""
    return True


def execute(source, filters, folder, limit=-1):
    """Reads, filters, writes; gives the folder of the output."""
    reader = ParquetReader(str(source.parent), limit=limit, glob_pattern=source.name)
    steps = [LambdaFilter(keep) for _ in range(filters)]
    out = folder / "out"
    LocalPipelineExecutor([reader, *steps, ParquetWriter(str(out))], logging_dir=str(folder / "logs"), tasks=1).run()
    return next(out.glob("*.parquet"))


def main():
    mode, rows, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    folder, source = Path(sys.argv[4]), Path(sys.argv[5])
    if mode == "passing":
        source = execute(source, steps, folder, rows)
    else:
        for number in range(steps):
            source = execute(source, 1, folder / str(number), rows)
    print("rows:", pyarrow.parquet.read_metadata(source).num_rows)


if __name__ == "__main__":
    main()
