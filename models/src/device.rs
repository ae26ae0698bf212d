//! Which device computes. Owns its name and the question whether it is there, since burn's own answer is a panic in
//! another thread.

#[cfg(feature = "cuda")]
mod kernels;
mod needed;

use std::fmt;
use std::fs;
use std::str::FromStr;

use burn::tensor::Device;

use crate::memory;

/// The name of a device: `cpu`, or `cuda:0` for the first card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceName {
    /// The processor.
    Cpu,
    /// An NVIDIA card, by its number.
    Cuda(usize),
}

/// A device that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// No device is called that.
    #[error("`{0}` is no device; devices are `cpu`, `cuda:0`, `cuda:1`, ...")]
    Unknown(String),
    /// This program cannot use cards.
    #[error("`{0}` needs a program built for cards; build it by `cargo build --release --features cuda`, or use `cpu`")]
    NotBuilt(DeviceName),
    /// There is no such card, or no driver for it.
    #[error(
        "`{0}` is not there: the NVIDIA driver shows {1} cards (`/dev/nvidia0` and so on), of which the first is `cuda:0`; \
         install the driver, name another card, or use `cpu`"
    )]
    NotThere(DeviceName, usize),
    /// Something is not there that a card computes with.
    #[error("`{0}` lacks {1}, or use `cpu`")]
    Lacks(DeviceName, String),
}

impl DeviceName {
    /// Whether it can be used here, without using it.
    ///
    /// # Errors
    /// What this program or this machine lacks for it.
    pub fn check(self) -> Result<(), DeviceError> {
        match self {
            Self::Cuda(_) if !cfg!(feature = "cuda") => Err(DeviceError::NotBuilt(self)),
            Self::Cuda(card) if card >= cards() => Err(DeviceError::NotThere(self, cards())),
            Self::Cuda(_) => needed::missing().map_or(Ok(()), |what| Err(DeviceError::Lacks(self, what))),
            Self::Cpu => Ok(()),
        }
    }

    /// The device.
    ///
    /// # Errors
    /// As [`DeviceName::check`].
    pub fn open(self) -> Result<Device, DeviceError> {
        self.check()?;
        Ok(match self {
            Self::Cpu => {
                memory::keep();
                Device::flex()
            }
            Self::Cuda(card) => card_device(card),
        })
    }
}

/// How many cards the driver shows. They are counted: a container that has one of them has it under its number on the machine,
/// and computes with it as `cuda:0`. Where the driver shows none as files, as under WSL, its library is asked.
pub fn cards() -> usize {
    let is_card = |name: &str| {
        let number = name.strip_prefix("nvidia");
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
    };
    let names = fs::read_dir("/dev").into_iter().flatten().flatten().map(|entry| entry.file_name());
    match names.filter(|name| name.to_str().is_some_and(is_card)).count() {
        0 => needed::cards(),
        count => count,
    }
}

#[cfg(feature = "cuda")]
fn card_device(card: usize) -> Device {
    kernels::keep();
    Device::cuda(card)
}

#[cfg(not(feature = "cuda"))]
fn card_device(_card: usize) -> Device {
    unreachable!("a card is refused before where the feature is not there")
}

impl fmt::Display for DeviceName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => formatter.write_str("cpu"),
            Self::Cuda(card) => write!(formatter, "cuda:{card}"),
        }
    }
}

impl FromStr for DeviceName {
    type Err = DeviceError;

    fn from_str(name: &str) -> Result<Self, DeviceError> {
        let card = name.strip_prefix("cuda:").map(str::parse);
        match (name, card) {
            ("cpu", _) => Ok(Self::Cpu),
            (_, Some(Ok(card))) => Ok(Self::Cuda(card)),
            _ => Err(DeviceError::Unknown(name.to_owned())),
        }
    }
}
