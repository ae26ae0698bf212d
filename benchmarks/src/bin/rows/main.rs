//! `rows write FILE ROWS ROW_BYTES | write-bytes FILE BYTES ROW_BYTES | run FILE OPERATORS CACHE`: what the engine costs per row.
//!
//! The first two write the input. The third sends it through so many `bench.nothing` into an empty cache and prints one
//! JSON object: the whole run's wall and CPU time, also per row and row operator, nothing subtracted.

mod execute;
mod input;
mod nothing;

use std::env;
use std::io::{self, Write};
use std::path::Path;

// The operators register themselves where they are linked.
use operators as _;

const USAGE: &str =
    "usage: rows write FILE ROWS ROW_BYTES | write-bytes FILE BYTES ROW_BYTES | run FILE OPERATORS CACHE";

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", file, rows, size] => input::write_rows(Path::new(file), number(rows)?, number(size)?),
        ["write-bytes", file, bytes, size] => input::write_bytes(Path::new(file), number(bytes)?, number(size)?),
        ["run", file, operators, cache] => {
            let cost = execute::execute(Path::new(file), number(operators)?, Path::new(cache))?;
            writeln!(io::stdout(), "{}", serde_json::to_string(&cost)?)
        }
        _ => Err(io::Error::other(USAGE)),
    }
}

fn number<Number: std::str::FromStr>(text: &str) -> io::Result<Number> {
    text.parse().map_err(|_| io::Error::other(format!("`{text}` is not a count")))
}
