"""GRPO by TRL on the practice problems, with a reward function that runs each program in a process of its own.

    trl_grpo.py MODEL PROBLEMS STEPS PROBLEMS_A_STEP GROUP TOKENS RATE THREADS

Prints one JSON line: seconds and CPU-seconds of each step, and its mean reward.
"""

import json
import os
import re
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

MODEL, PROBLEMS, *NUMBERS = sys.argv[1:]
STEPS, BATCH, GROUP, TOKENS = map(int, NUMBERS[:4])
RATE, THREADS = float(NUMBERS[4]), int(NUMBERS[5])
os.environ.update(OMP_NUM_THREADS=str(THREADS), TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")

import torch  # noqa: E402
from datasets import Dataset  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback  # noqa: E402
from trl import GRPOConfig, GRPOTrainer  # noqa: E402

torch.set_num_threads(THREADS)
CHECK = """
import json, sys
program, entry, tests = json.load(sys.stdin)
names = {}
exec(program, names)
for test in tests:
    if names[entry](*json.loads(test["input"])) != json.loads(test["output"]):
        sys.exit(1)
"""


def passes(completion, entry, tests):
    answer = re.search(r"<answer>(.*?)</answer>", completion, re.DOTALL)
    if not answer:
        return 0.0
    try:
        ended = subprocess.run(["python3", "-c", CHECK], input=json.dumps([answer[1].strip(), entry, tests]), timeout=6,
                               text=True, capture_output=True, check=False)
        return float(ended.returncode == 0)
    except subprocess.TimeoutExpired:
        return 0.0


def outcome(completions, entry, tests, **_):
    texts = [completion[0]["content"] for completion in completions]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(passes, texts, entry, tests))


def form(completions, **_):
    built = re.compile(r"^\s*<think>.*</think>\s*<answer>.*</answer>\s*$", re.DOTALL)
    return [float(bool(built.match(completion[0]["content"]))) for completion in completions]


def cpu():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


class Clock(TrainerCallback):
    def __init__(self):
        self.marks = []

    def on_train_begin(self, *_, **__):
        self.marks.append((time.perf_counter(), cpu()))

    def on_step_end(self, *_, **__):
        self.marks.append((time.perf_counter(), cpu()))


rows = [json.loads(line) for line in open(PROBLEMS, encoding="utf-8")]
data = Dataset.from_list([{"prompt": [{"role": "user", "content": row["statement"]}], "entry": row["entry"],
                           "tests": row["tests"]} for row in rows])
tokenizer = AutoTokenizer.from_pretrained(MODEL)
model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
config = GRPOConfig(output_dir="unused", per_device_train_batch_size=BATCH * GROUP, num_generations=GROUP,
                    max_completion_length=TOKENS, max_steps=STEPS, learning_rate=RATE, lr_scheduler_type="constant",
                    temperature=1.0, beta=0.0, epsilon=0.2, loss_type="dapo", use_cpu=True, bf16=False, report_to=[],
                    save_strategy="no", logging_steps=1, max_grad_norm=1.0, weight_decay=0.01,
                    gradient_checkpointing=False, disable_tqdm=True)
clock = Clock()
trainer = GRPOTrainer(model=model, reward_funcs=[form, outcome], args=config, train_dataset=data,
                      processing_class=tokenizer, callbacks=[clock])
trainer.train()
rewards = [entry["reward"] for entry in trainer.state.log_history if "reward" in entry]
lengths = [entry["completions/mean_length"] for entry in trainer.state.log_history if "completions/mean_length" in entry]
pairs = list(zip(clock.marks, clock.marks[1:]))
print(json.dumps({"seconds": [after[0] - before[0] for before, after in pairs],
                  "cpu_seconds": [after[1] - before[1] for before, after in pairs],
                  "rewards": rewards, "lengths": lengths}))
