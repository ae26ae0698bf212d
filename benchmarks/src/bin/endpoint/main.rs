//! `endpoint serve` answers conversations at once, on an address that it prints; `endpoint ask URL REQUESTS SLOTS` asks
//! for so many answers, all different, with so many under way.
//!
//! `ask` prints one JSON line: requests, seconds and the client's CPU time.

mod ask;
mod serve;

use std::env;
use std::error::Error;

const USAGE: &str = "usage: endpoint serve | endpoint ask URL REQUESTS SLOTS";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => runtime.block_on(serve::serve()),
        ["ask", url, requests, slots] => runtime.block_on(ask::ask(url, requests.parse()?, slots.parse()?)),
        _ => Err(USAGE.into()),
    }
}
