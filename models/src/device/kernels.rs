//! What a card computes with is compiled while a program runs: hundreds of kernels, which takes minutes, and burn by itself
//! forgets them with the process. Owns that they are kept.

use burn::cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};

/// Keeps compiled kernels beside what burn has found out about their speed: in its environment, which is a file in the user's
/// cache, or where a `cubecl.toml` says.
pub(super) fn keep() {
    let mut config = CubeClRuntimeConfig::from_current_dir().override_from_env();
    config.compilation.cache = true;
    // Whoever has begun to compute keeps the settings that were there.
    let _began = CubeClRuntimeConfig::try_set(config);
}
