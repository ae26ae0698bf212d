//! What the kernel must offer. Owns the question; the answer is a value, so that a refusal can be tested anywhere.

use super::confined;
use super::refusal::Refusal;

/// What the kernel offers of what native processes need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel {
    /// Whether this system and processor are known at all.
    pub known: bool,
    /// Rules for files that a thread can put itself under.
    pub landlock: bool,
    /// A filter of system calls that a thread can put itself under.
    pub seccomp: bool,
    /// How long a process waits for a processor.
    pub waiting: bool,
}

impl Kernel {
    /// Asks the kernel that runs this, on a thread that is thrown away.
    pub fn of_this_machine() -> Self {
        confined::kernel()
    }

    /// # Errors
    /// What is missing first.
    pub fn check(&self) -> Result<(), Refusal> {
        let refusals = [
            (self.known, Refusal::System { system: std::env::consts::OS, processor: std::env::consts::ARCH }),
            (self.landlock, Refusal::Landlock),
            (self.seccomp, Refusal::Seccomp),
            (self.waiting, Refusal::Waiting),
        ];
        refusals.into_iter().find(|(offered, _)| !offered).map_or(Ok(()), |(_, refusal)| Err(refusal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_refused_and_says_what_to_do() {
        let all = Kernel { known: true, landlock: true, seccomp: true, waiting: true };
        assert_eq!(all.check(), Ok(()));
        let cases = [
            (Kernel { known: false, ..all }, "needs the walls of a Linux kernel"),
            (Kernel { landlock: false, ..all }, "boot parameter `lsm=`"),
            (Kernel { seccomp: false, ..all }, "CONFIG_SECCOMP_FILTER"),
            (Kernel { waiting: false, ..all }, "CONFIG_SCHED_INFO"),
        ];
        for (kernel, words) in cases {
            let said = kernel.check().map_err(|refusal| refusal.to_string());
            assert!(said.as_ref().is_err_and(|said| said.contains(words)), "{said:?}");
        }
    }
}
