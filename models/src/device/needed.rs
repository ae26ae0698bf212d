//! What a card computes with beside the driver's files: libraries that are opened while the program runs, and headers. Owns the
//! names, as whatever opens them tries them; burn's own answer to one that is missing is a panic.

use std::ffi::CString;
use std::path::{Path, PathBuf};

/// The driver's library.
const DRIVER: [&str; 2] = ["libcuda.so", "libcuda.so.1"];
/// The compiler of what a card computes.
const COMPILER: [&str; 5] = ["libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11", "libnvrtc.so.11.2"];
/// A header that half precision takes.
const HEADER: &str = "include/cuda_fp16.h";

/// What is missing, in words.
pub(super) fn missing() -> Option<String> {
    if !openable(&DRIVER) {
        return Some("the driver's library `libcuda.so.1`, which is a part of the NVIDIA driver".to_owned());
    }
    if !openable(&COMPILER) {
        let way = "install the CUDA toolkit, or name the folder that has it in `LD_LIBRARY_PATH`";
        return Some(format!("`libnvrtc.so`, which compiles what the card computes; {way}"));
    }
    let folder = toolkit();
    if folder.as_ref().is_some_and(|folder| folder.join(HEADER).exists()) {
        return None;
    }
    let place = folder.unwrap_or_else(|| "/usr/local/cuda".into()).join(HEADER);
    let way = "install the CUDA toolkit, or name the folder that has `include` in `CUDA_PATH`";
    Some(format!("the CUDA toolkit's headers, such as `{}`; {way}", place.display()))
}

/// Where cubecl looks for headers.
#[expect(clippy::disallowed_methods, reason = "whoever compiles what a card computes reads the same variable")]
fn toolkit() -> Option<PathBuf> {
    if let Ok(folder) = std::env::var("CUDA_PATH") {
        return Some(folder.into());
    }
    let known = ["/usr/local/cuda", "/opt/cuda"].map(Path::new).into_iter().find(|folder| folder.exists());
    let own = || Path::new("/usr/bin/nvcc").exists().then_some(Path::new("/usr"));
    known.or_else(own).map(Path::to_owned)
}

/// Whether the system's loader finds one of these.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the loader is the C library's")]
fn openable(names: &[&str]) -> bool {
    let mut names = names.iter().filter_map(|name| CString::new(*name).ok());
    // SAFETY: the name ends with a zero. Nothing is asked of the library but to be there: it stays open, and is the one that is
    // computed with.
    names.any(|name| unsafe { !libc::dlopen(name.as_ptr(), libc::RTLD_LAZY | libc::RTLD_LOCAL).is_null() })
}

/// Whether the system's loader finds one of these.
#[cfg(not(unix))]
fn openable(_names: &[&str]) -> bool {
    true
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    #[test]
    fn the_loader_says_which_libraries_are_there() {
        assert!(openable(&["libnobody-has-this.so", "libc.so.6"]));
        assert!(!openable(&["libnobody-has-this.so"]));
    }
}
