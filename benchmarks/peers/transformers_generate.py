"""`transformers_generate.py FOLDER PROBLEMS THREADS TOKENS STOP BATCH` answers what `rollouts` does, by transformers' own
`generate`: batches of prompts of like length, padded on the left, in which a text ends each row."""

import json
import os
import sys
import time

FOLDER, PROBLEMS, THREADS, TOKENS, STOP, BATCH = sys.argv[1:]
os.environ.update(OMP_NUM_THREADS=THREADS, TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")

import torch  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

torch.set_num_threads(int(THREADS))
tokenizer = AutoTokenizer.from_pretrained(FOLDER, padding_side="left")
model = AutoModelForCausalLM.from_pretrained(FOLDER, dtype=torch.float32).eval()
if tokenizer.pad_token is None:
    tokenizer.pad_token = tokenizer.eos_token
with open(PROBLEMS, encoding="utf-8") as lines:
    statements = [json.loads(line)["statement"] for line in lines]


def answers():
    chats = [[{"role": "user", "content": statement}] for statement in statements]
    texts = tokenizer.apply_chat_template(chats, tokenize=False, add_generation_prompt=True)
    texts.sort(key=lambda text: len(tokenizer(text, add_special_tokens=False).input_ids))
    for start in range(0, len(texts), int(BATCH)):
        batch = tokenizer(texts[start:start + int(BATCH)], return_tensors="pt", padding=True, add_special_tokens=False)
        written = model.generate(**batch, do_sample=True, temperature=1.0, top_k=0, top_p=1.0, max_new_tokens=int(TOKENS),
                                 stop_strings=[STOP], tokenizer=tokenizer, pad_token_id=tokenizer.pad_token_id)
        yield from written[:, batch.input_ids.shape[1]:]


torch.manual_seed(0)
for _ in sys.stdin:
    clock, busy = time.perf_counter(), time.process_time()
    with torch.inference_mode():
        drawn = [[token for token in own.tolist() if token != tokenizer.pad_token_id] for own in answers()]
        texts = tokenizer.batch_decode(drawn)
    seconds, cpu = time.perf_counter() - clock, time.process_time() - busy
    ended = sum(STOP in text or len(own) < int(TOKENS) for text, own in zip(texts, drawn))
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "tokens": sum(map(len, drawn)), "answers": len(drawn),
                      "ended": ended}), flush=True)
