"""`torch_models.py make SHAPE FOLDER` writes a checkpoint of random weights in f32 and bf16.
`torch_models.py decode FOLDER DTYPE THREADS BATCH PROMPT STEPS` continues prompts greedily; answers what `decode` does.
`torch_models.py gradients FOLDER DTYPE THREADS BATCH LENGTH STEPS OPTIMIZER` computes gradients, and with the optimizer
`adamw`, `adamw-fused`, `adamw-fused-compiled` or `muon` clips and follows them; answers what `gradients` does.
`torch_models.py updates FOLDER THREADS KIND GROUPS MEMBERS PROMPT ANSWER STEPS` makes the training steps of `updates`.

PyTorch eager over a preallocated cache, written out, since transformers' own model takes longer."""

import json
import resource
import sys
import time

import torch
import torch.nn.functional as F

SHAPES = {
    "4.5M": dict(vocab_size=2048, hidden_size=256, num_hidden_layers=4, num_attention_heads=4,
                 num_key_value_heads=2, intermediate_size=1024, tie_word_embeddings=True),
    "0.5B": dict(vocab_size=151936, hidden_size=896, num_hidden_layers=24, num_attention_heads=14,
                 num_key_value_heads=2, intermediate_size=4864, tie_word_embeddings=True),
}


def make(shape, folder):
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(0)
    # Wide enough that the likeliest token is no tie of roundings.
    model = Qwen2ForCausalLM(Qwen2Config(**SHAPES[shape], initializer_range=0.05))
    model.save_pretrained(f"{folder}/f32")
    model.to(torch.bfloat16).save_pretrained(f"{folder}/bf16")


class Decoder:
    def __init__(self, folder, dtype):
        from safetensors.torch import load_file

        self.config = config = json.load(open(f"{folder}/config.json"))
        self.weights = {name: own.to(dtype) for name, own in load_file(f"{folder}/model.safetensors").items()}
        self.heads, self.shared = config["num_attention_heads"], config["num_key_value_heads"]
        self.width = config["hidden_size"] // self.heads
        theta = config.get("rope_parameters", config)["rope_theta"]
        self.radians = 1 / theta ** (torch.arange(0, self.width, 2).float() / self.width)
        self.dtype = dtype

    def linear(self, name, hidden):
        return F.linear(hidden, self.weights[f"{name}.weight"], self.weights.get(f"{name}.bias"))

    def norm(self, name, hidden):
        return F.rms_norm(hidden, hidden.shape[-1:], self.weights[f"{name}.weight"], self.config["rms_norm_eps"])

    def room(self, batch, length):
        shape = (self.config["num_hidden_layers"], 2, batch, self.shared, length, self.width)
        return torch.zeros(shape, dtype=self.dtype)

    def forward(self, tokens, start, room):
        batch, columns = tokens.shape
        angles = torch.outer(torch.arange(start, start + columns).float(), self.radians).repeat(1, 2)
        turn = angles.cos().to(self.dtype), angles.sin().to(self.dtype)
        hidden = F.embedding(tokens, self.weights["model.embed_tokens.weight"])
        for layer, (keys, values) in enumerate(room):
            name = f"model.layers.{layer}"
            inside = self.norm(f"{name}.input_layernorm", hidden)
            query, key, value = (
                self.linear(f"{name}.self_attn.{part}_proj", inside).view(batch, columns, -1, self.width).transpose(1, 2)
                for part in "qkv")
            key = rotate(key, turn)
            if keys is not None:
                keys[:, :, start:start + columns], values[:, :, start:start + columns] = key, value
                key, value = keys[:, :, :start + columns], values[:, :, :start + columns]
            attended = F.scaled_dot_product_attention(rotate(query, turn), key, value, is_causal=columns > 1,
                                                      enable_gqa=True)
            hidden = hidden + self.linear(f"{name}.self_attn.o_proj", attended.transpose(1, 2).flatten(2))
            inside = self.norm(f"{name}.post_attention_layernorm", hidden)
            gate = F.silu(self.linear(f"{name}.mlp.gate_proj", inside))
            hidden = hidden + self.linear(f"{name}.mlp.down_proj", gate * self.linear(f"{name}.mlp.up_proj", inside))
        return self.norm("model.norm", hidden)

    def logits(self, hidden):
        return F.linear(hidden, self.weights["model.embed_tokens.weight"])


def rotate(heads, turn):
    one, other = heads.chunk(2, -1)
    return heads * turn[0] + torch.cat([-other, one], -1) * turn[1]


def decode(folder, dtype, threads, batch, prompt, steps):
    threads, batch, prompt, steps = map(int, (threads, batch, prompt, steps))
    torch.set_num_threads(threads)
    model = Decoder(folder, {"f32": torch.float32, "bf16": torch.bfloat16}[dtype])
    words = model.config["vocab_size"]
    first = torch.tensor([[(7 * row + 13 * place + 1) % words for place in range(prompt)] for row in range(batch)])
    room = model.room(batch, prompt + steps)
    for _ in sys.stdin:
        with torch.inference_mode():
            tokens = model.logits(model.forward(first, 0, room)[:, -1]).argmax(-1, keepdim=True)
            text, start, cpu = [tokens[0].item()], time.perf_counter(), time.process_time()
            for step in range(steps - 1):
                tokens = model.logits(model.forward(tokens, prompt + step, room)[:, -1]).argmax(-1, keepdim=True)
                text.append(tokens[0].item())
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "tokens": batch * (steps - 1), "text": text}), flush=True)


def gradients(folder, dtype, threads, batch, length, steps, optimizer):
    threads, batch, length, steps = map(int, (threads, batch, length, steps))
    torch.set_num_threads(threads)
    model = Decoder(folder, {"f32": torch.float32}[dtype])
    for own in model.weights.values():
        own.requires_grad_()
    parameters = list(model.weights.values())
    forward = torch.compile(model.forward) if optimizer.endswith("compiled") else model.forward
    matrices = [own for name, own in model.weights.items() if ".layers." in name and own.dim() == 2]
    followed = matrices if optimizer == "muon" else []
    others = [own for own in parameters if all(own is not matrix for matrix in followed)]
    adamw = lambda: torch.optim.AdamW(others, lr=1e-4, weight_decay=0.01, fused=None if optimizer == "adamw" else True)
    optimizers = [] if optimizer == "none" else [adamw()]
    if followed:
        # A processor is slow in bfloat16, which torch would orthogonalise in.
        torch.bfloat16 = torch.float32
        optimizers.append(torch.optim.Muon(followed, lr=1e-4, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"))
    words = model.config["vocab_size"]
    tokens = torch.tensor([[(7 * row + 13 * place * place + 1) % words for place in range(length)] for row in range(batch)])
    nothing = [(None, None)] * model.config["num_hidden_layers"]
    for _ in sys.stdin:
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(steps):
            for own in parameters:
                own.grad = None
            loss = F.cross_entropy(model.logits(forward(tokens, 0, nothing))[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
            loss.backward()
            if optimizers:
                torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            for own in optimizers:
                own.step()
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        answer = {"seconds": seconds, "cpu_seconds": cpu, "tokens": batch * length * steps, "loss": loss.item(),
                  "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        print(json.dumps(answer), flush=True)


def updates(folder, threads, kind, groups, members, prompt, answer, steps):
    """As trainers have it: every text with its prompt, 4,096 tokens at once, logits of the answers alone."""
    groups, members, prompt, answer, steps = map(int, (groups, members, prompt, answer, steps))
    torch.set_num_threads(int(threads))
    model, reference = (Decoder(folder, torch.float32) for _ in range(2))
    for own in model.weights.values():
        own.requires_grad_()
    parameters = list(model.weights.values())
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01, fused=True)
    words = model.config["vocab_size"]
    line = lambda of, length: [(7 * of + 13 * place * place + 1) % words for place in range(length)]
    texts = torch.tensor([[*line(group, prompt), *line(group + 31 * (member + 1), answer)]
                          for group in range(groups) for member in range(members)])
    advantages = torch.tensor([1.0, -0.9]).repeat(len(texts) // 2)
    together = max(1, 4096 // ((prompt + answer) * members)) * members
    nothing = [(None, None)] * model.config["num_hidden_layers"]

    def answered(model, part):
        logits = model.logits(model.forward(part, 0, nothing)[:, prompt - 1:-1])
        return -F.cross_entropy(logits.flatten(0, 1), part[:, prompt:].flatten(), reduction="none").view(len(part), answer)

    def rewards(part, advantages):
        own = answered(model, part)
        ratio, advantages = (own - own.detach()).exp(), advantages[:, None]
        losses = torch.max(-ratio * advantages, -ratio.clamp(0.8, 1.28) * advantages)
        return losses.sum() / (len(texts) * answer)

    def preferences(part, _):
        with torch.no_grad():
            known = answered(reference, part).sum(1)
        worth = (answered(model, part).sum(1) - known).view(-1, 2)
        return -F.logsigmoid(0.5 * (worth[:, 0] - worth[:, 1])).sum() / groups

    loss_of = {"rewards": rewards, "preferences": preferences}[kind]
    for _ in sys.stdin:
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(steps):
            for own in parameters:
                own.grad = None
            total = 0.0
            for part in zip(texts.split(together), advantages.split(together)):
                loss = loss_of(*part)
                loss.backward()
                total += loss.item()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        told = {"seconds": seconds, "cpu_seconds": cpu, "tokens": texts.numel() * steps, "loss": total,
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        print(json.dumps(told), flush=True)


{"make": make, "decode": decode, "gradients": gradients, "updates": updates}[sys.argv[1]](*sys.argv[2:])
