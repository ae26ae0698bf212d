"""Near-duplicates by rensa and datasketch: signatures, the search, and the error of the estimates."""

import json
import math
import re

import numpy
from datasketch import MinHash
from rensa import CMinHash, RMinHash, RMinHashLSH

from . import corpora
from .speed import lines, ours, peer, row

SHINGLE, PERMUTATIONS, SEED, THRESHOLD, BANDS = 3, 128, 17, 0.8, 16
WORD = re.compile(r"\w+")


def compare(folder, kind, words_each, options):
    """Measures both sides on one corpus and checks that our similarities are exact."""
    documents = options.documents * 80 // words_each
    _, corpus = corpora.write(folder, kind, documents, words_each)
    duplicates = folder / "duplicates.jsonl"
    texts = lines(corpus)
    sets = [shingles(text) for text in texts]
    peers = searches_of(texts, sets)
    speeds = {"from texts": [], "from hashes": [], "search from texts": []}
    peer_speeds = {peer_name: [] for _, peer_name in peers}
    for _ in range(options.rounds):
        for name, speed in zip(speeds, ours("near_duplicates", corpus, THRESHOLD, duplicates), strict=True):
            speeds[name].append(speed)
        for (_, peer_name), (count, work) in peers.items():
            peer_speeds[peer_name].append(peer(count, work))
    found = [json.loads(line) for line in lines(duplicates)]
    for document, earlier, similarity in found:
        assert math.isclose(similarity, jaccard(sets[document], sets[earlier])), "a similarity is not exact"
    task = f"near-duplicates, {kind}, {words_each:,} words; {len(found)} found, similarities exact"
    return [row(task, name, speeds[name], peer_name, peer_speeds[peer_name]) for name, peer_name in peers]


def searches_of(texts, sets):
    """What is compared: (our side, peer) to (documents, work). The slow peers get fewer documents."""
    few = max(20, len(texts) // 50)
    encoded = [[shingle.encode() for shingle in row] for row in sets[:few]]
    hashes = RMinHash.hash_token_sets(sets)
    flat = numpy.concatenate([numpy.array(row, dtype=numpy.uint64) for row in hashes])
    offsets = numpy.cumsum([0] + [len(row) for row in hashes]).astype(numpy.uint64)
    settings = (PERMUTATIONS, SEED)

    def whole_search():
        matrix = RMinHash.digest_matrix_from_token_sets(sets, *settings)
        RMinHashLSH(THRESHOLD, PERMUTATIONS, BANDS).insert_matrix_and_query_duplicate_flags(matrix)

    def from_texts():
        RMinHash.digest_matrix_from_token_sets([shingles(text) for text in texts[:few]], *settings)

    return {
        ("from hashes", "rensa R, from hashes in an array"):
            (len(texts), lambda: RMinHash.digest_matrix_from_flat_token_hashes(flat, offsets, *settings)),
        ("from hashes", "rensa rho (larger error, see below), from hashes in an array"):
            (len(texts), lambda: RMinHash.digest_matrix_from_flat_token_hashes_rho(flat, offsets, *settings)),
        ("from texts", "rensa R, from lists of strings"):
            (len(texts), lambda: RMinHash.digest_matrix_from_token_sets(sets, *settings)),
        ("from texts", "rensa R, from texts"): (few, from_texts),
        ("from texts", "rensa C, from lists of strings"):
            (few, lambda: CMinHash.digests_from_token_sets(sets[:few], *settings)),
        ("from texts", "datasketch, from lists of bytes"):
            (few, lambda: MinHash.bulk(encoded, num_perm=PERMUTATIONS, seed=SEED)),
        ("search from texts", "rensa R and bands, unverified, from lists of strings"): (len(texts), whole_search),
    }


def estimate_errors(folder):
    """Rows of the mean absolute error and of the error relative to the theory of MinHash, for pairs of any similarity."""
    path, signatures = corpora.write_pairs(folder), folder / "signatures.bin"
    ours("near_duplicates", path, THRESHOLD, folder / "duplicates.jsonl", signatures)
    sets = [shingles(text) for text in lines(path)]
    truth = numpy.array([jaccard(one, other) for one, other in zip(sets[::2], sets[1::2])])
    theory = numpy.sqrt((truth * (1 - truth)).mean() / PERMUTATIONS)
    encoded = [[shingle.encode() for shingle in row] for row in sets]
    matrices = {
        "millrace": numpy.fromfile(signatures, dtype="<u4").reshape(-1, PERMUTATIONS),
        "rensa R": RMinHash.digests_from_token_sets(sets, PERMUTATIONS, SEED),
        "rensa C": CMinHash.digests_from_token_sets(sets, PERMUTATIONS, SEED),
        "rensa rho": RMinHash.digest_matrix_from_token_sets_rho(sets, PERMUTATIONS, SEED).to_rows(),
        "datasketch": [minhash.hashvalues for minhash in MinHash.bulk(encoded, num_perm=PERMUTATIONS, seed=SEED)],
    }
    for name, matrix in matrices.items():
        matrix = numpy.array(matrix)
        errors = (matrix[::2] == matrix[1::2]).mean(axis=1) - truth
        yield (name, f"{abs(errors).mean():.4f}", f"{numpy.sqrt((errors ** 2).mean()) / theory:.2f}")


def shingles(text):
    words = WORD.findall(text.lower())
    return [" ".join(words[start:start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)]


def jaccard(one, other):
    one, other = set(one), set(other)
    return len(one & other) / len(one | other)
