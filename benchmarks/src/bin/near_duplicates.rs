//! `near_duplicates CORPUS [THRESHOLD [DUPLICATES [SIGNATURES]]]`: searches a corpus for near-duplicates, on one
//! thread.
//!
//! Prints three lines of CPU time, reading excluded: signatures from texts (128 places, shingles of 3 words,
//! tokenisation included), signatures from hashed shingles, and the whole search from texts. Writes to DUPLICATES, when
//! given, one JSON line a duplicate: document, document that it repeats, similarity. Writes to SIGNATURES, when given,
//! the signatures as little-endian numbers of 32 bits.

use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;
use std::{env, fs};

use millrace_benchmarks::{documents, line, timed};
use operators::filter::minhash::{Duplicate, NearDuplicates, Signer};
use operators::filter::words::WordList;
use rayon::ThreadPoolBuilder;
use serde_json::json;

const PERMUTATIONS: NonZeroUsize = NonZeroUsize::new(128).expect("128 is not zero");
const SHINGLE: NonZeroUsize = NonZeroUsize::new(3).expect("three is not zero");
const SEED: u64 = 17;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [corpus, options @ ..] = arguments.as_slice() else {
        return Err(io::Error::other("usage: near_duplicates CORPUS [THRESHOLD [DUPLICATES [SIGNATURES]]]"));
    };
    let threshold = options.first().map_or(Ok(0.8), |text| text.parse()).map_err(io::Error::other)?;
    let search = NearDuplicates::new(threshold, PERMUTATIONS, SHINGLE, SEED)
        .ok_or_else(|| io::Error::other("the threshold must be above 0 and at most 1"))?;
    let corpus = documents(corpus)?;

    let (signatures, time) = timed(|| from_texts(&corpus));
    writeln!(io::stdout(), "{}", line(corpus.len(), time))?;
    let (shingles, ends) = shingles(&corpus);
    let (_, time) = timed(|| from_shingles(&shingles, &ends));
    writeln!(io::stdout(), "{}", line(corpus.len(), time))?;
    let one_thread = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().map_err(io::Error::other)?;
    let (duplicates, time) = timed(|| one_thread.install(|| search.find(&corpus)));
    writeln!(io::stdout(), "{}", line(corpus.len(), time))?;

    if let Some(path) = options.get(1) {
        write(path, &duplicates)?;
    }
    if let Some(path) = options.get(2) {
        fs::write(path, signatures.iter().flat_map(|entry| entry.to_le_bytes()).collect::<Vec<u8>>())?;
    }
    Ok(())
}

fn from_texts(corpus: &[String]) -> Vec<u32> {
    let signer = Signer::new(PERMUTATIONS, SEED);
    let mut signatures = vec![0; corpus.len() * PERMUTATIONS.get()];
    let (mut words, mut shingles) = (WordList::default(), Vec::new());
    for (document, signature) in corpus.iter().zip(signatures.chunks_exact_mut(PERMUTATIONS.get())) {
        words.read(document);
        words.gram_keys(SHINGLE, &mut shingles);
        signer.sign(&shingles, signature);
    }
    signatures
}

/// The hashed shingles of all documents in one list, and where those of each document end.
fn shingles(corpus: &[String]) -> (Vec<u64>, Vec<usize>) {
    let (mut all, mut ends) = (Vec::new(), Vec::new());
    let mut shingles = Vec::new();
    for document in corpus {
        WordList::of(document).gram_keys(SHINGLE, &mut shingles);
        all.append(&mut shingles);
        ends.push(all.len());
    }
    (all, ends)
}

fn from_shingles(shingles: &[u64], ends: &[usize]) -> Vec<u32> {
    let signer = Signer::new(PERMUTATIONS, SEED);
    let mut signatures = vec![0; ends.len() * PERMUTATIONS.get()];
    let mut start = 0;
    for (end, signature) in ends.iter().zip(signatures.chunks_exact_mut(PERMUTATIONS.get())) {
        signer.sign(&shingles[start..*end], signature);
        start = *end;
    }
    signatures
}

fn write(path: &str, duplicates: &[Option<Duplicate>]) -> io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    for (document, duplicate) in duplicates.iter().enumerate() {
        if let Some(Duplicate { of, similarity }) = duplicate {
            writeln!(file, "{}", json!([document, of, similarity]))?;
        }
    }
    file.flush()
}
