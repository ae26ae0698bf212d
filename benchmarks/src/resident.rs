//! The memory of this process, as the kernel counts it: Linux alone.

use std::{fs, io};

/// What it holds now, in MiB.
///
/// # Errors
///
/// Where the kernel does not tell.
pub(crate) fn mib() -> io::Result<f64> {
    told("VmRSS:")
}

/// The most that it has held, in MiB.
///
/// # Errors
///
/// As above.
pub fn peak_mib() -> io::Result<f64> {
    told("VmHWM:")
}

fn told(name: &str) -> io::Result<f64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let line = line.ok_or_else(|| io::Error::other(format!("/proc/self/status has no {name} this needs Linux")))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().map_err(io::Error::other)?;
    Ok(kib / 1024.0)
}
