"""A small decoder that `train.sft` taught to answer practice problems, and the problems.

Owns the pipeline that makes them, under `target/benchmarks/taught`.
"""

from measure import TARGET, run

FOLDER = TARGET / "taught"
# By name: width and layers.
SHAPES = {"1.1 M": (128, 4), "4.5 M": (256, 5)}

PREPARE = """
name: prepare
seed: 17
nodes:
  problems: {op: synthesize.practice, with: {count: 2000, depth: {from: 1, to: 2}}}
  scratch:
    op: model.scratch
    inputs: problems
    with:
      columns: [statement, reasoning, solution]
      vocabulary: 1024
      tokens: ["<think>", "</think>", "<answer>", "</answer>"]
      shape: {hidden: HIDDEN, layers: LAYERS, heads: 4, context: 512}
  taught:
    op: train.sft
    inputs: {rows: problems, model: scratch}
    with:
      prompt: "{{ statement }}"
      completion: "<think>{{ reasoning }}</think><answer>{{ solution }}</answer>"
      rate: 3.0e-3
      epochs: 2
  model: {op: export.checkpoint, inputs: taught.model, with: {path: model}}
  rows:  {op: export.jsonl, inputs: problems, with: {path: problems.jsonl}}
"""


def taught(program, name):
    """The folder with `model/` and `problems.jsonl`, made where it is not there yet."""
    place, (hidden, layers) = FOLDER / name.replace(" ", ""), SHAPES[name]
    place.mkdir(parents=True, exist_ok=True)
    (place / "prepare.yaml").write_text(PREPARE.replace("HIDDEN", str(hidden)).replace("LAYERS", str(layers)))
    run([program, "run", "prepare.yaml"], cwd=place)
    return place
