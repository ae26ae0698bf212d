//! The memory that this process has used, as the kernel counts it.

use std::{fs, io};

/// The most memory that was ever resident, in MiB.
pub fn peak_resident_mib() -> io::Result<f64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or_else(malformed)?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().map_err(io::Error::other)?;
    Ok(kib / 1024.0)
}

fn malformed() -> io::Error {
    io::Error::other("/proc/self/status has no VmHWM; this needs Linux")
}
