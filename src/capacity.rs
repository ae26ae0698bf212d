//! What the machine has of what operators hold while they work: found out, or said with `--capacity`.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// An amount under a name, as on the command line: `cuda:0=80GiB`, `memory=16GiB`, `teacher=64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    name: String,
    amount: u64,
}

const UNITS: [(&str, u32); 4] = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)];

impl std::str::FromStr for Capacity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, amount) = text.rsplit_once('=').ok_or("write it as NAME=AMOUNT, such as memory=16GiB")?;
        let unit = UNITS.iter().find_map(|(unit, bits)| Some((amount.strip_suffix(unit)?, *bits)));
        let (number, bits) = unit.unwrap_or((amount, 0));
        let number: u64 = number.trim().parse().map_err(|_| {
            format!("`{amount}` is not an amount: write a whole number, with KiB, MiB, GiB or TiB where it is bytes")
        })?;
        let amount = number.checked_mul(1 << bits).ok_or_else(|| format!("`{amount}` is too much"))?;
        Ok(Self { name: name.to_owned(), amount })
    }
}

/// What was found, then what was said.
pub fn capacity(said: &[Capacity]) -> BTreeMap<String, u64> {
    let said = said.iter().map(|capacity| (capacity.name.clone(), capacity.amount));
    found().into_iter().chain(said).collect()
}

/// `threads`; `memory` in bytes, the machine's, or the container's where that is less; and of each card, `cuda:0` and so
/// on, its memory. What cannot be found out is not limited.
fn found() -> BTreeMap<String, u64> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let limits = [machine_memory(), container_memory()];
    let memory = limits.into_iter().flatten().min().unwrap_or(u64::MAX);
    let own = [("threads".to_owned(), threads as u64), ("memory".to_owned(), memory)];
    own.into_iter().chain(cards()).collect()
}

/// The cards that the driver shows, in its order.
fn cards() -> Vec<(String, u64)> {
    let count = models::device::cards();
    if count == 0 {
        return Vec::new();
    }
    let asked = Command::new("nvidia-smi").args(["--query-gpu=memory.total", "--format=csv,noheader,nounits"]).output();
    let told = asked.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let mut mebibytes = told.lines().map(|line| line.trim().parse::<u64>().ok());
    let bytes = |mebibytes: Option<u64>| mebibytes.and_then(|amount| amount.checked_mul(1 << 20)).unwrap_or(u64::MAX);
    (0..count).map(|card| (format!("cuda:{card}"), bytes(mebibytes.next().flatten()))).collect()
}

fn machine_memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

fn container_memory() -> Option<u64> {
    fs::read_to_string("/sys/fs/cgroup/memory.max").ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn amounts_have_units() {
        let parsed = |text: &str| text.parse::<Capacity>().map(|capacity| (capacity.name, capacity.amount));
        assert_eq!(parsed("cuda:0=80GiB").unwrap(), ("cuda:0".to_owned(), 80 << 30));
        assert_eq!(parsed("teacher=64").unwrap(), ("teacher".to_owned(), 64));
        for faulty in ["memory", "memory=", "memory=much", "memory=1.5GiB", "memory=99999999999TiB"] {
            assert!(parsed(faulty).is_err(), "{faulty}");
        }
    }

    #[test]
    fn what_is_said_outranks_what_is_found() {
        let said = capacity(&["memory=1MiB".parse().unwrap(), "cuda:0=3".parse().unwrap()]);
        assert_eq!((said["memory"], said["cuda:0"]), (1 << 20, 3));
        assert!(said["threads"] > 0);
    }
}
