//! The live view: a line per running node with rows, rate, time left and failures; the rest is folded into one line.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use engine::event::{Event, Stamped};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::{Reporter, lines};

/// Draws on standard error while the run goes on.
pub struct Live {
    view: MultiProgress,
    folded: ProgressBar,
    bars: BTreeMap<String, ProgressBar>,
    total: usize,
    complete: usize,
}

impl Live {
    /// An empty view.
    pub fn new() -> Self {
        let view = MultiProgress::new();
        let folded = view.add(ProgressBar::new_spinner());
        folded.set_style(style("{spinner} {msg}"));
        Self { view, folded, bars: BTreeMap::new(), total: 0, complete: 0 }
    }

    fn start(&mut self, node: &str, done: u64, of: Option<u64>) {
        let bar = of.map_or_else(ProgressBar::no_length, ProgressBar::new);
        bar.set_style(style(match of {
            Some(_) => "  {prefix:24!} {bar:24} {human_pos}/{human_len} {per_sec:>14} {eta:>6} {msg}",
            None => "  {prefix:24!} {spinner} {human_pos} {per_sec:>14} {msg}",
        }));
        let bar = self.view.insert_before(&self.folded, bar);
        bar.set_prefix(node.to_owned());
        bar.set_position(done);
        bar.reset_eta();
        bar.enable_steady_tick(Duration::from_millis(200));
        self.bars.insert(node.to_owned(), bar);
    }

    fn advance(&self, node: &str, done: u64, of: Option<u64>, failed: u64) {
        let Some(bar) = self.bars.get(node) else { return };
        if let Some(of) = of {
            bar.set_length(of);
        }
        bar.set_position(done);
        if failed > 0 {
            bar.set_message(format!("{failed} failed"));
        }
    }

    fn tell(&self, node: &str, message: &str) {
        if let Some(bar) = self.bars.get(node) {
            bar.set_message(message.to_owned());
        }
    }

    fn stop(&mut self, node: &str) {
        if let Some(bar) = self.bars.remove(node) {
            bar.finish_and_clear();
        }
        self.complete += 1;
    }

    fn say(&self, event: &Event) -> io::Result<()> {
        match lines::sentence(event) {
            Some(sentence) => self.view.println(sentence),
            None => Ok(()),
        }
    }
}

impl Reporter for Live {
    fn event(&mut self, stamped: &Stamped) -> io::Result<()> {
        match &stamped.event {
            Event::Started { cached, runs, .. } => self.total = cached + runs,
            Event::Cached { .. } => self.complete += 1,
            Event::NodeStarted { node, done, of, .. } => self.start(node, *done, *of),
            Event::Progress { node, done, of, failed, .. } => self.advance(node, *done, *of, *failed),
            Event::NodeFinished { node, .. }
            | Event::NodeFailed { node, .. }
            | Event::Skipped { node, .. }
            | Event::Awaited { node, .. }
            | Event::Held { node, .. } => {
                self.stop(node);
                self.say(&stamped.event)?;
            }
            // Stands in the folded line until something else happens.
            Event::Preparing { .. } => {
                self.folded.set_message(lines::sentence(&stamped.event).unwrap_or_default());
                return Ok(());
            }
            Event::Measured { node, values, .. } => self.tell(node, &lines::measured(values)),
            Event::Exported { .. }
            | Event::Counted { .. }
            | Event::Waiting { .. }
            | Event::Retry { .. }
            | Event::Warning { .. } => self.say(&stamped.event)?,
            Event::Finished { .. } => {
                self.folded.finish_and_clear();
                self.say(&stamped.event)?;
            }
        }
        self.folded.set_message(format!("{} of {} nodes", self.complete, self.total));
        Ok(())
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is a constant")
}
