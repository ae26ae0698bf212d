//! `decontaminate BENCHMARK CORPUS [HITS]`: searches a corpus for the 10-grams of a benchmark, on one thread.
//!
//! Prints the CPU time of the search, tokenisation included and reading excluded. Writes to HITS, when given, one JSON
//! line a hit: document, first byte, end byte, benchmark documents.

use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;
use std::{env, fs};

use millrace_benchmarks::{documents, line, timed};
use operators::filter::ngram::{BenchmarkId, Hit, NgramIndex};
use operators::filter::words::WordList;
use serde_json::json;

const LENGTH: NonZeroUsize = NonZeroUsize::new(10).expect("ten is not zero");

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [benchmark, corpus, hits_path @ ..] = arguments.as_slice() else {
        return Err(io::Error::other("usage: decontaminate BENCHMARK CORPUS [HITS]"));
    };
    let mut index = NgramIndex::new(LENGTH);
    for (id, text) in (0..).zip(documents(benchmark)?) {
        index.insert(BenchmarkId(id), &text);
    }
    let corpus = documents(corpus)?;
    let (hits, time) = timed(|| search(&index, &corpus));
    if let Some(path) = hits_path.first() {
        write(path, &hits)?;
    }
    writeln!(io::stdout(), "{}", line(corpus.len(), time))
}

fn search<'index>(index: &'index NgramIndex, corpus: &[String]) -> Vec<Vec<Hit<'index>>> {
    let mut words = WordList::default();
    let mut hits = Vec::with_capacity(corpus.len());
    for document in corpus {
        words.read(document);
        hits.push(index.hits(&words));
    }
    hits
}

fn write(path: &str, hits: &[Vec<Hit<'_>>]) -> io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    for (document, hits) in hits.iter().enumerate() {
        for hit in hits {
            let benchmark: Vec<u32> = hit.documents.iter().map(|id| id.0).collect();
            writeln!(file, "{}", json!([document, hit.range.start, hit.range.end, benchmark]))?;
        }
    }
    file.flush()
}
