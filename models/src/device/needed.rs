//! What a card computes with beside the driver's files: libraries that are opened while the program runs, and headers. Owns the
//! names, as whatever opens them tries them; burn's own answer to one that is missing is a panic.

#[cfg(unix)]
use std::ffi::{CStr, CString, c_void};
#[cfg(unix)]
use std::mem::transmute;
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::ptr::NonNull;

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

/// How many cards the driver's library knows of.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the driver has an interface of C")]
pub(super) fn cards() -> usize {
    type Init = unsafe extern "C" fn(u32) -> i32;
    type Count = unsafe extern "C" fn(*mut i32) -> i32;
    let function = |name: &CStr| {
        // SAFETY: the library stays open, and the name ends with a zero.
        opened(&DRIVER).and_then(|library| NonNull::new(unsafe { libc::dlsym(library.as_ptr(), name.as_ptr()) }))
    };
    let (Some(init), Some(count)) = (function(c"cuInit"), function(c"cuDeviceGetCount")) else { return 0 };
    let mut cards = 0;
    // SAFETY: the two have had these types since the driver's first version, and write nothing but the number. Both give zero
    // where they have done what they are for.
    let told = unsafe {
        let (init, count) =
            (transmute::<*mut c_void, Init>(init.as_ptr()), transmute::<*mut c_void, Count>(count.as_ptr()));
        init(0) == 0 && count(&raw mut cards) == 0
    };
    if told { usize::try_from(cards).unwrap_or(0) } else { 0 }
}

/// Whether the system's loader finds one of these.
#[cfg(unix)]
fn openable(names: &[&str]) -> bool {
    opened(names).is_some()
}

/// The first of these that the system's loader finds.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the loader is the C library's")]
fn opened(names: &[&str]) -> Option<NonNull<c_void>> {
    let mut names = names.iter().filter_map(|name| CString::new(*name).ok());
    // SAFETY: the name ends with a zero. Nothing is asked of the library but to be there: it stays open, and is the one that is
    // computed with.
    names.find_map(|name| NonNull::new(unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_LAZY | libc::RTLD_LOCAL) }))
}

/// How many cards the driver's library knows of.
#[cfg(not(unix))]
pub(super) fn cards() -> usize {
    0
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
