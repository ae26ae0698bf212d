"""`torch_load.py make FOLDER` writes a checkpoint of random weights, Qwen2.5-0.5B's shape, in f32 and bf16.
`torch_load.py MODE FOLDER` loads it in single precision and reads every parameter once; prints what `load_checkpoint` does.

Modes: `assign` takes safetensors' mapped tensors as they are, `transformers` is `from_pretrained`."""

import json
import sys
import time

import torch
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM, Qwen2Config, Qwen2ForCausalLM


def make(folder):
    config = Qwen2Config(vocab_size=151936, hidden_size=896, num_hidden_layers=24, num_attention_heads=14,
                         num_key_value_heads=2, intermediate_size=4864, tie_word_embeddings=True)
    model = Qwen2ForCausalLM(config)
    model.save_pretrained(f"{folder}/f32")
    model.to(torch.bfloat16).save_pretrained(f"{folder}/bf16")


def assigned(folder):
    config = AutoConfig.from_pretrained(folder)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    stored = load_file(f"{folder}/model.safetensors")
    stored = {name: own.to(torch.float32) for name, own in stored.items()}
    model.load_state_dict(stored, strict=False, assign=True)
    model.tie_weights()
    return model


def main(mode, folder):
    if mode == "make":
        return make(folder)
    start, cpu = time.perf_counter(), time.process_time()
    if mode == "assign":
        model = assigned(folder)
    else:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    loaded = time.perf_counter() - start
    total = sum(own.detach().sum().item() for own in model.parameters())
    read = time.perf_counter() - start
    print(json.dumps({"loaded_seconds": loaded, "read_seconds": read, "cpu_seconds": time.process_time() - cpu, "sum": total}))


main(*sys.argv[1:])
