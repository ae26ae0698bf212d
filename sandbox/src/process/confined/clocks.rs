//! What a process has used, seen from outside: its processor time, how long it slept, how many threads it has.
//!
//! Sleep is the time that passed and in which the process neither ran nor waited for a processor. So a busy machine does
//! not make a program slow, and a program that waits for what never comes is held to its limit all the same.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_getcpuclockid};
use nix::unistd::Pid;

/// The clocks of one process. It must not be waited for while they are read.
#[derive(Debug)]
pub(super) struct Clocks {
    process: u32,
    cpu: ClockId,
    files: Option<Files>,
    /// Where counting sleep began in this exchange.
    since: Option<Sample>,
    slept: Duration,
    /// What was slept in the exchanges before this one.
    before: Duration,
}

#[derive(Debug)]
struct Files {
    waiting: File,
    state: File,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    now: Instant,
    cpu: Duration,
    waited: Duration,
}

/// What a look at the process showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// Whether it runs, or would if it had a processor.
    runnable: bool,
    pub(super) threads: usize,
}

impl Clocks {
    pub(super) fn of(process: u32) -> io::Result<Self> {
        let cpu = clock_getcpuclockid(Pid::from_raw(process.cast_signed()))?;
        let (slept, before) = Default::default();
        Ok(Self { process, cpu, files: None, since: None, slept, before })
    }

    /// Processor time of all its threads.
    pub(super) fn cpu(&self) -> io::Result<Duration> {
        Ok(self.cpu.now()?.into())
    }

    /// What it slept while it was asked something.
    pub(super) fn slept(&self) -> Duration {
        self.slept
    }

    /// A question begins. What passed since the last one was the host's time.
    pub(super) fn asked(&mut self) {
        (self.since, self.before) = (None, self.slept);
    }

    /// A look while the process is at work. Sleep counts from the first look on.
    pub(super) fn look(&mut self) -> io::Result<State> {
        let state = self.state()?;
        let sample = Sample { now: Instant::now(), cpu: self.cpu()?, waited: self.waited(state.threads)? };
        let since = *self.since.get_or_insert(sample);
        // Of one that waits for a processor right now, the kernel has not counted the wait yet.
        if !state.runnable {
            let busy = (sample.cpu + sample.waited).saturating_sub(since.cpu + since.waited);
            self.slept = self.slept.max(self.before + (sample.now - since.now).saturating_sub(busy));
        }
        Ok(state)
    }

    /// The largest memory that it has had in use, in bytes.
    pub(super) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
    }

    fn files(&mut self) -> io::Result<&Files> {
        if self.files.is_none() {
            let open = |name| File::open(format!("/proc/{}/{name}", self.process));
            self.files = Some(Files { waiting: open("schedstat")?, state: open("stat")? });
        }
        self.files.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn state(&mut self) -> io::Result<State> {
        let mut text = [0; 512];
        let length = self.files()?.state.read_at(&mut text, 0)?;
        read_state(&String::from_utf8_lossy(&text[..length])).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// How long its threads have waited for a processor; of those that have ended nothing is known.
    fn waited(&mut self, threads: usize) -> io::Result<Duration> {
        if threads > 1 {
            let files = std::fs::read_dir(format!("/proc/{}/task", self.process))?;
            let texts = files.flatten().filter_map(|task| std::fs::read(task.path().join("schedstat")).ok());
            return Ok(texts.map(|text| read_waited(&text)).sum());
        }
        let mut text = [0; 128];
        let length = self.files()?.waiting.read_at(&mut text, 0)?;
        Ok(read_waited(&text[..length]))
    }
}

/// The second number: nanoseconds.
fn read_waited(text: &[u8]) -> Duration {
    let text = String::from_utf8_lossy(text);
    text.split_whitespace().nth(1).and_then(|number| number.parse().ok()).map_or(Duration::ZERO, Duration::from_nanos)
}

/// Behind the name, which may hold anything: the state first, the number of threads as the eighteenth.
fn read_state(text: &str) -> Option<State> {
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    let runnable = fields.next()? == "R";
    Some(State { runnable, threads: fields.nth(16)?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_kernels_lines_are_read() {
        let line = "42 (a) R 1) S 1 42 42 0 -1 4194304 1 0 0 0 5 6 0 0 20 0 7 0 100 200 300";
        assert_eq!(read_state(line), Some(State { runnable: false, threads: 7 }));
        assert_eq!(read_waited(b"123 4000000 7\n"), Duration::from_millis(4));
        assert_eq!(read_waited(b""), Duration::ZERO);
    }

    #[test]
    fn a_process_shows_its_clocks() {
        let mut own = Clocks::of(std::process::id()).unwrap();
        assert!(own.cpu().unwrap() > Duration::ZERO && own.memory().unwrap() > 1 << 20);
        assert!(own.look().unwrap().threads > 1, "the test harness runs tests on threads");
    }
}
