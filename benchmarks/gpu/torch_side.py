"""What PyTorch and transformers do with the same shapes on the same card: JSON lines as the program `gpu` writes them."""

import json
import statistics
import sys
import time

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

SHAPES = {
    "tiny": (2048, 256, 768, 4, 4, 2), "0.5B": (151936, 896, 4864, 24, 14, 2), "1.5B": (151936, 1536, 8960, 28, 12, 2),
}
DTYPES = {"f32": torch.float32, "bf16": torch.bfloat16}
PROMPT, STEPS, WARM = 32, 64, 16


def build(shape, dtype, device):
    vocabulary, hidden, intermediate, layers, heads, shared = SHAPES[shape]
    config = Qwen2Config(
        vocab_size=vocabulary, hidden_size=hidden, intermediate_size=intermediate, num_hidden_layers=layers,
        num_attention_heads=heads, num_key_value_heads=shared, tie_word_embeddings=True, attn_implementation="sdpa",
        eos_token_id=None, bos_token_id=None,
    )
    with torch.device(device):
        return Qwen2ForCausalLM(config).to(DTYPES[dtype])


def say(what, batch, number):
    print(json.dumps({"what": what, "batch": batch, "number": number}), flush=True)


def tokens(rows, columns, device):
    return (torch.arange(rows * columns, device=device) * 7919 % 2000).reshape(rows, columns)


def wait(device):
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def timed(device, work, warm=2, rounds=5):
    seconds = []
    for number in range(warm + rounds):
        wait(device)
        start = time.perf_counter()
        work()
        wait(device)
        if number >= warm:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


@torch.inference_mode()
def prefill(model, rows, columns, device):
    read = tokens(rows, columns, device)
    return rows * columns / timed(device, lambda: model(read, logits_to_keep=1).logits)


@torch.inference_mode()
def generate(model, batch, device):
    """A loop of its own rather than `generate`, which costs more a step: the faster peer. Twice, as the program does."""
    write(model, batch, device)
    return batch * (STEPS - WARM) / write(model, batch, device)


def write(model, batch, device):
    rows = torch.arange(batch, device=device)[:, None] * 31
    read = (rows + torch.arange(PROMPT, device=device)[None] * 17) % 2000
    past, start = None, 0.0
    for step in range(STEPS):
        if step == WARM:
            wait(device)
            start = time.perf_counter()
        out = model(read, past_key_values=past, use_cache=True, logits_to_keep=1)
        past, read = out.past_key_values, out.logits[:, -1].argmax(-1, keepdim=True)
    wait(device)
    return time.perf_counter() - start


def train(model, rows, columns, device):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=device.startswith("cuda"))
    all_tokens = tokens(rows, columns + 1, device)
    read, written = all_tokens[:, :-1], all_tokens[:, 1:].flatten()

    def step():
        loss = torch.nn.functional.cross_entropy(model(read).logits.flatten(0, 1).float(), written)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    return rows * columns / timed(device, step)


def main():
    device, shape, dtype = sys.argv[1:]
    torch.manual_seed(1)
    model = build(shape, dtype, device)
    for rows, columns in [(1, 128), (8, 64)] if shape == "tiny" else [(1, 2048), (16, 512)]:
        say("prefill", rows, prefill(model, rows, columns, device))
    for batch in [1, 32, 256]:
        say("generate", batch, generate(model, batch, device))
    say("train", 4, train(model, 4, 64 if shape == "tiny" else 512, device))


main()
