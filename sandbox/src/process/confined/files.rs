//! Which files a server and its jobs may touch: those of their Python, to read. The kernel's Landlock holds them to it.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, LandlockStatus, RestrictSelfAttr, RestrictionStatus,
    Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
};
use std::path::Path;

/// What must be ruled, and what is ruled too where the kernel can: all of it is beyond the filter of system calls as
/// well, so that the same programs fail in the same way on every kernel.
const LEAST: ABI = ABI::V1;
const MOST: ABI = ABI::V6;

/// Puts the calling thread, and every process that it starts, under rules for good: these paths can be read and
/// executed, no other file can be opened, and nothing written.
pub(super) fn restrict<'a>(readable: impl Iterator<Item = &'a Path>) -> Result<RestrictionStatus, RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(LEAST))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(MOST))?
        .handle_access(AccessNet::from_all(MOST))?
        .scope(Scope::from_all(MOST))?
        .create()?
        .add_rules(path_beneath_rules(readable, AccessFs::from_read(LEAST)))?
        // What a program tries in vain is no news for the machine's log.
        .log_subdomains(false)?
        .restrict_self()
}

/// Whether the kernel knows such rules, tried on a thread that is thrown away.
pub(super) fn are_ruled() -> bool {
    let tried = std::thread::spawn(|| restrict(std::iter::empty()));
    matches!(tried.join(), Ok(Ok(RestrictionStatus { landlock: LandlockStatus::Available { .. }, .. })))
}
