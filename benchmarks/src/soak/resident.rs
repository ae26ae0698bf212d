//! The memory that this process holds now, as the kernel counts it.

use std::{fs, io};

/// In MiB.
pub(super) fn mib() -> io::Result<f64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let line = line.ok_or_else(|| io::Error::other("/proc/self/status has no VmRSS; this needs Linux"))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().map_err(io::Error::other)?;
    Ok(kib / 1024.0)
}
