//! Plain lines, for logs and pipes: what begins, what ends, what goes wrong; progress at most every ten seconds.

use std::collections::BTreeMap;
use std::io::{self, Write};

use engine::event::{Event, Outcome, Stamped};

use super::Reporter;
use crate::render::plan::grouped;
use crate::render::size;

const QUIET_MILLISECONDS: u64 = 10_000;

/// How many of a step's numbers are told.
const TELLING: usize = 3;

/// Writes sentences to `out`.
pub struct Lines<W> {
    out: W,
    last_progress: BTreeMap<String, u64>,
}

impl<W: Write> Lines<W> {
    /// Over a writer.
    pub fn new(out: W) -> Self {
        Self { out, last_progress: BTreeMap::new() }
    }

    /// Whether a node has been quiet long enough for a progress line.
    fn due(&mut self, node: &str, at: u64) -> bool {
        let last = self.last_progress.entry(node.to_owned()).or_insert(at);
        let due = at.saturating_sub(*last) >= QUIET_MILLISECONDS;
        if due {
            *last = at;
        }
        due
    }
}

impl<W: Write + Send> Reporter for Lines<W> {
    fn event(&mut self, stamped: &Stamped) -> io::Result<()> {
        if let Event::Progress { node, .. } | Event::Measured { node, .. } | Event::NodeStarted { node, .. } =
            &stamped.event
        {
            let due = self.due(node, stamped.at);
            if matches!(stamped.event, Event::Progress { .. } | Event::Measured { .. }) && !due {
                return Ok(());
            }
        }
        match sentence(&stamped.event) {
            Some(sentence) => writeln!(self.out, "{sentence}"),
            None => Ok(()),
        }
    }
}

/// An event as a line; none for those that need no telling.
pub fn sentence(event: &Event) -> Option<String> {
    Some(match event {
        Event::Started { pipeline, cached, runs, .. } => format!("{pipeline}: {cached} cached, {runs} to run"),
        Event::Cached { .. } => return None,
        Event::Waiting { node, .. } => format!("{node}: another run is computing it; waiting"),
        Event::NodeStarted { node, done: 0, .. } => format!("{node}: starts"),
        Event::NodeStarted { node, done, .. } => format!("{node}: goes on after {}", grouped(*done)),
        Event::Progress { node, done, of, failed, .. } => {
            format!("{node}: {}{}{}", grouped(*done), of_total(*of), failures(*failed))
        }
        Event::Retry { node, message, attempt, after, .. } => {
            format!("{node}: {message}; attempt {attempt} in {:.1} s", after.as_secs_f64())
        }
        Event::Preparing { node, what, step, done, of } => {
            format!("{node}: preparing {what}: {step} ({} of {of})", done + 1)
        }
        Event::Warning { node, message } => format!("{node}: warning: {message}"),
        Event::Measured { node, step, values } => format!("{node}: step {}: {}", grouped(*step), measured(values)),
        Event::Counted { node, counts } => format!("{node}: {}", counted(counts)),
        Event::NodeFinished { node, rows, failed, remembered, seconds, bytes, .. } => {
            let known = known(*remembered);
            format!("{node}: {}{known}{} in {seconds:.1} s", given(rows, *bytes), failures(*failed))
        }
        Event::Exported { node, path, .. } => format!("{node}: wrote {path}"),
        Event::NodeFailed { node, message } => format!("{node}: failed: {message}"),
        Event::Skipped { node, because } => format!("{node}: not run, because `{because}` failed"),
        Event::Awaited { node, message } => format!("{node}: waits: {message}"),
        Event::Held { node, because } => format!("{node}: not run yet, because `{because}` waits"),
        Event::Finished { outcome, seconds } => match outcome {
            Outcome::Complete => format!("done in {seconds:.1} s"),
            Outcome::Failed => {
                format!("failed after {seconds:.1} s; what finished is kept, and the same command goes on")
            }
            Outcome::Waiting => {
                format!(
                    "waiting for somebody after {seconds:.1} s; what finished is kept, and the same command goes on"
                )
            }
            Outcome::Interrupted => format!("interrupted after {seconds:.1} s; the same command goes on from here"),
        },
    })
}

/// The rows of each port; the size of what has no rows.
fn given(rows: &[(String, u64)], bytes: u64) -> String {
    match rows {
        [] => size::bytes(bytes),
        [(_, only)] => format!("{} rows", grouped(*only)),
        several => {
            let ports = several.iter().map(|(port, rows)| format!("{} {port}", grouped(*rows)));
            ports.collect::<Vec<_>>().join(", ")
        }
    }
}

/// The most telling of what was measured, to four digits.
pub fn measured(values: &[(String, f64)]) -> String {
    let value = |(name, value): &(String, f64)| {
        let digits = (3 - value.abs().log10().floor().clamp(-9.0, 3.0) as i32).unsigned_abs() as usize;
        format!("{name} {value:.digits$}")
    };
    values.iter().take(TELLING).map(value).collect::<Vec<_>>().join(", ")
}

/// What was counted: whole numbers whole, and others, which are mostly money, to four places.
fn counted(counts: &BTreeMap<String, f64>) -> String {
    let one = |(what, amount): (&String, &f64)| match amount.fract() == 0.0 && *amount >= 0.0 {
        true => format!("{} {what}", grouped(*amount as u64)),
        false => format!("{amount:.4} {what}"),
    };
    counts.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn known(remembered: u64) -> String {
    if remembered > 0 { format!(", {} known from before", grouped(remembered)) } else { String::new() }
}

fn of_total(of: Option<u64>) -> String {
    of.map(|of| format!(" of {}", grouped(of))).unwrap_or_default()
}

fn failures(failed: u64) -> String {
    if failed > 0 { format!(", {} failed", grouped(failed)) } else { String::new() }
}
