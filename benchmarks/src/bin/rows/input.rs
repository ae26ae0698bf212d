//! Seeded rows of a size in a Parquet file. Owns what they look like; knows nothing of what is measured.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const SEED: u64 = 17;
const ID_BYTES: usize = 12;
const WORDS: u64 = 30_000;
const BATCH_ROWS: u64 = 8192;
const GROUP_ROWS: usize = 131_072;

/// Writes so many rows.
pub fn write_rows(path: &Path, rows: u64, row_bytes: usize) -> io::Result<()> {
    write(path, row_bytes, |written, _| rows - written)
}

/// Writes rows until the file holds so many bytes.
pub fn write_bytes(path: &Path, bytes: usize, row_bytes: usize) -> io::Result<()> {
    write(path, row_bytes, |_, so_far| if so_far < bytes { BATCH_ROWS } else { 0 })
}

/// Writes batches while rows are wanted after so many rows and bytes.
fn write(path: &Path, row_bytes: usize, wanted: impl Fn(u64, usize) -> u64) -> io::Result<()> {
    let mut texts = Texts::new(row_bytes.saturating_sub(ID_BYTES));
    let first = texts.batch(0, 1)?;
    let compression = Compression::ZSTD(ZstdLevel::default());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_dictionary_enabled(false)
        .build();
    let mut writer = ArrowWriter::try_new(File::create(path)?, first.schema(), Some(properties))?;
    let mut written = 0;
    loop {
        let rows = wanted(written, writer.bytes_written()).min(BATCH_ROWS);
        if rows == 0 {
            break;
        }
        writer.write(&texts.batch(written, rows)?)?;
        written += rows;
    }
    writer.close()?;
    Ok(())
}

/// Texts of words, drawn so that some are far more frequent, as in a language.
struct Texts {
    generator: ChaCha8Rng,
    words: Vec<String>,
    length: usize,
}

impl Texts {
    fn new(length: usize) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(SEED);
        let words = (0..WORDS).map(|_| word(&mut generator)).collect();
        Self { generator, words, length }
    }

    fn batch(&mut self, first: u64, rows: u64) -> io::Result<RecordBatch> {
        let ids = StringArray::from_iter_values((first..first + rows).map(|number| format!("row-{number:08}")));
        let texts = StringArray::from_iter_values((0..rows).map(|_| self.text()));
        let columns: [(&str, ArrayRef); 2] = [("id", Arc::new(ids)), ("text", Arc::new(texts))];
        RecordBatch::try_from_iter(columns).map_err(io::Error::other)
    }

    fn text(&mut self) -> String {
        let mut text = String::with_capacity(self.length);
        while text.len() < self.length {
            let rank = self.rank();
            text.push_str(&self.words[rank]);
            text.push(' ');
        }
        text.truncate(self.length);
        text
    }

    /// A rank whose logarithm is drawn evenly: Zipf's law.
    fn rank(&mut self) -> usize {
        let even = f64::from(self.generator.next_u32()) / f64::from(u32::MAX);
        let rank = (WORDS as f64).powf(even) - 1.0;
        (rank as usize).min(self.words.len() - 1)
    }
}

fn word(generator: &mut ChaCha8Rng) -> String {
    let length = 3 + generator.next_u32() % 7;
    (0..length).map(|_| char::from(b'a' + (generator.next_u32() % 26) as u8)).collect()
}
