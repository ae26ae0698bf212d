//! What the interpreter is made from, and so its identity.
//!
//! Owns every pin. componentize-py's output differs from build to build in bytes but not in behaviour, so the recipe is
//! hashed, never the result.

use super::{environment, flatten};
use std::fmt;

/// The package that holds CPython for WebAssembly and makes a component of it.
pub(super) const PACKAGE: &str = "componentize-py";
pub(super) const PACKAGE_VERSION: &str = "0.25.0";

/// SHA-256 of every wheel that is published for a platform that millrace runs on.
pub(super) const WHEELS: [(&str, &str); 4] = [
    ("manylinux_2_28_x86_64", "d40832bc690ef244f219ae7e2d428c7b8754d23e011db99892205642a243ecda"),
    ("manylinux_2_28_aarch64", "7a3c378af2fe9026c07899e9b92a94725346355185c247d28570a359f05373cb"),
    ("macosx_10_12_x86_64", "9940df0d2408ec7e9c1a7d3645fd7c25926759867b28709b89fca007fc879d0e"),
    ("macosx_11_0_arm64", "cc085b1b92213aa2f0747e80c144a7e80922430c0d4caa787045bf6ae58935d1"),
];

macro_rules! guest {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../guest/", $name)))),*] };
}

/// The files of the guest, by the names under which componentize-py sees them.
pub(super) const GUEST: &[(&str, &str)] = guest![
    "event_loop.py",
    "guest.py",
    "guest.wit",
    "harness.py",
    "heap.py",
    "judge.py",
    "leaving.py",
    "library.py",
    "lines.py",
    "metrics.py",
    "program.py",
    "shown.py",
    "steps.py",
    "threads.py",
    "tracing.py",
    "values.py",
    "warm.py",
];

/// The guest's modules as every interpreter has them, by name: a native process leaves out what only WASI needs.
pub(crate) fn guest() -> impl Iterator<Item = (&'static str, &'static str)> {
    GUEST.iter().filter_map(|(file, text)| Some((file.strip_suffix(".py")?, *text)))
}

/// The world in the guest's WIT file, that file, and the module that carries the world out.
pub(super) const WORLD: &str = "interpreter";
pub(super) const WORLD_FILE: &str = "guest.wit";
pub(super) const GUEST_MODULE: &str = "guest";

/// Which interpreter this is: the digest of its recipe.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Identity(blake3::Hash);

impl Identity {
    /// The interpreter that this version of millrace makes.
    pub fn current() -> Self {
        let mut digest = Ingredients(blake3::Hasher::new());
        digest.add("millrace interpreter");
        digest.add(PACKAGE);
        digest.add(PACKAGE_VERSION);
        for (_, hash) in WHEELS {
            digest.add(hash);
        }
        digest.add(WORLD);
        for (name, content) in GUEST {
            digest.add(name);
            digest.add(content);
        }
        digest.add(environment::library());
        digest.add(flatten::VERSION.to_string());
        Self(digest.0.finalize())
    }

    /// The digest itself.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(blake3::Hash::from_bytes(bytes))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Identity({self})")
    }
}

/// Each is hashed with its length before it, so that no two lists of them look alike.
struct Ingredients(blake3::Hasher);

impl Ingredients {
    fn add(&mut self, ingredient: impl AsRef<[u8]>) {
        let bytes = ingredient.as_ref();
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_identity_is_stable_and_written_in_hexadecimal() {
        let text = Identity::current().to_string();
        assert_eq!(text, Identity::current().to_string());
        assert!(text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
    }

    #[test]
    fn a_boundary_between_ingredients_counts() {
        let digest = |texts: &[&str]| {
            let mut ingredients = Ingredients(blake3::Hasher::new());
            texts.iter().for_each(|text| ingredients.add(text));
            ingredients.0.finalize()
        };
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
    }

    #[test]
    fn every_file_of_the_guest_is_in_the_recipe() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/guest");
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name.contains(".py") || name.contains(".wit")).collect();
        names.sort();
        assert_eq!(names, GUEST.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn the_files_that_componentize_py_is_told_of_are_among_the_guests() {
        let module = format!("{GUEST_MODULE}.py");
        for wanted in [WORLD_FILE, module.as_str()] {
            assert!(GUEST.iter().any(|(name, _)| *name == wanted), "{wanted}");
        }
        let (_, world) = GUEST.iter().find(|(name, _)| *name == WORLD_FILE).unwrap();
        assert!(world.contains(&format!("world {WORLD}")));
    }
}
