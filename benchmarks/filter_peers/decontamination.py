"""Decontamination by plain Python sets: the peer in speed and the oracle in what is found."""

import json
import re

from . import corpora
from .speed import lines, ours, peer, row

LENGTH = 10
WORD = re.compile(r"\w+")


def compare(folder, kind, options):
    """Measures both sides on one corpus and checks that they find the same n-grams."""
    benchmark, corpus = corpora.write(folder, kind, options.documents)
    hits = folder / "hits.jsonl"
    index, texts = index_of(lines(benchmark)), lines(corpus)
    speeds, peer_speeds, expected = [], [], []
    for _ in range(options.rounds):
        speeds += ours("decontaminate", benchmark, corpus, hits)
        expected.clear()
        peer_speeds.append(peer(len(texts), lambda: search(index, texts, expected)))
    found = [json.loads(line) for line in lines(hits)]
    found = [(document, words_of(texts[document], start, end), ids) for document, start, end, ids in found]
    assert found == expected, "the two sides find different n-grams"
    task = f"decontaminate, {kind}; both find {len(found)} n-grams"
    return [row(task, "from texts", speeds, "Python sets", peer_speeds)]


def index_of(benchmark):
    index = {}
    for number, text in enumerate(benchmark):
        for ngram in dict.fromkeys(ngrams_of(text)):
            index.setdefault(ngram, []).append(number)
    return index


def search(index, texts, hits):
    for document, text in enumerate(texts):
        if not index.keys().isdisjoint(ngrams_of(text)):
            found = [ngram for ngram in dict.fromkeys(ngrams_of(text)) if ngram in index]
            hits += [(document, ngram, index[ngram]) for ngram in found]


def ngrams_of(text):
    """The fastest of the ways tried in plain Python: a list of slices, joined strings and `zip`."""
    words = WORD.findall(text.lower())
    return zip(*[words[start:] for start in range(LENGTH)])


def words_of(text, start, end):
    """The words between two bytes of a text, in the lowercase that they have there."""
    return tuple(WORD.findall(text.encode()[start:end].decode().lower()))
