//! The folder where this user's millrace keeps what is made once a machine, such as the sandbox's interpreter.

use std::env;
use std::path::PathBuf;

/// `$XDG_CACHE_HOME/millrace`, else `~/.cache/millrace`; none where neither variable is an absolute path.
pub fn folder() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    caches.map(|caches| caches.join("millrace"))
}
