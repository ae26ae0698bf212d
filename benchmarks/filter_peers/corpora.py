"""Seeded corpora, one document a line.

`zipf`    a vocabulary of 30,000 words whose frequencies follow Zipf's law, in sentences; the benchmark shares it.
`random`  words drawn evenly from 200,000 random strings; runs of words never repeat by chance.
`unicode` the Zipf corpus with accents, other scripts, typographic quotes and the capitals that are hard to lowercase.

In each, one document in a hundred holds 20 words of a benchmark document, and one in ten nearly repeats an earlier one.
"""

import itertools
import random
import string
from pathlib import Path

BENCHMARK_DOCUMENTS = 200
HARD_WORDS = ["İstanbul", "ΟΔΟΣ", "ΣΑΣ", "naïve", "ÉCOLE", "straße", "हिन्दी", "数学问题", "привет", "ПРИВЕТ", "x²", "½",
              "Ⅷ", "ⓐbc", "\u212aelvin", "Ⱥx", "don’t", "“quoted”", "—", "e\u0301a", "٣٤", "ﬁn", "한국어", "𝔘nicode", "😀"]


def vocabulary(generator, size, shortest, longest):
    """Distinct words; with `shortest` below `longest`, later words are longer, as rarer words are."""
    words = {}
    while len(words) < size:
        growth = (longest - shortest) * len(words) ** 0.2 / size ** 0.2
        length = max(1, round(generator.gauss(shortest + growth, 1.2)))
        words["".join(generator.choices(string.ascii_lowercase, k=length))] = None
    return list(words)


def zipf_drawer(generator):
    words = vocabulary(generator, 30_000, 2, 8)
    cumulative = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
    return lambda count: generator.choices(words, cum_weights=cumulative, k=count)


def random_drawer(generator):
    words = vocabulary(generator, 200_000, 6, 6)
    return lambda count: generator.choices(words, k=count)


def unicode_drawer(generator):
    draw = zipf_drawer(generator)
    return lambda count: [generator.choice(HARD_WORDS) if generator.random() < 0.15 else word for word in draw(count)]


DRAWERS = {"zipf": zipf_drawer, "random": random_drawer, "unicode": unicode_drawer}


def document(generator, words):
    """The words as sentences, so that case and punctuation have to be seen through."""
    words = list(words)
    for index in range(len(words)):
        if index % 12 == 0:
            words[index] = words[index].capitalize()
        if index % 12 == 11:
            words[index] += generator.choice([".", "?", "!", ";", ":"])
        elif generator.random() < 0.06:
            words[index] += ","
    return " ".join(words)


def write(folder, kind, documents, words_each=80, seed=17):
    """Writes a benchmark and a corpus of documents of `words_each` words, and gives both paths."""
    generator = random.Random(f"{kind} {seed}")
    draw = DRAWERS[kind](generator)
    benchmark = [draw(words_each) for _ in range(BENCHMARK_DOCUMENTS)]
    corpus = []
    for _ in range(documents):
        words = draw(words_each)
        chance = generator.random()
        if chance < 0.01:
            start = generator.randrange(words_each - 20)
            place = generator.randrange(words_each - 20)
            words[place:place + 20] = generator.choice(benchmark)[start:start + 20]
        elif chance < 0.11 and corpus:
            words = list(generator.choice(corpus))
            for _ in range(generator.randrange(words_each // 9)):
                words[generator.randrange(words_each)] = draw(1)[0]
        corpus.append(words)
    paths = [Path(folder) / f"{kind}.{part}.txt" for part in (f"{words_each}.benchmark", f"{words_each}.corpus")]
    for path, texts in zip(paths, (benchmark, corpus)):
        path.write_text("".join(document(generator, words) + "\n" for words in texts), encoding="utf-8")
    return paths


def write_pairs(folder, pairs=2_000, words_each=80, seed=17):
    """Writes documents of which the second, fourth... share a part of the words of the one before; gives the path."""
    generator = random.Random(f"pairs {seed}")
    draw = random_drawer(generator)
    lines = []
    for _ in range(pairs):
        words = draw(words_each)
        shared = generator.randrange(1, words_each)
        lines += [" ".join(words), " ".join(words[:shared] + draw(words_each - shared))]
    path = Path(folder) / "pairs.txt"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path
