//! Which pages of an instance's memory may differ from its pristine image. Owns the one system call that says so.
//!
//! The answer may name a page too many and never one too few. An instance's memory is a private mapping of the image's
//! file, with anonymous memory behind it. A page that the instance never wrote is therefore absent, or the file's own
//! page, or the kernel's page of zeros. Every other page is a copy that was made for a write: present or swapped out,
//! of no file, and not the page of zeros. Exactly those are asked for.
#![expect(unsafe_code, reason = "the system call has no safe wrapper")]

#[cfg(not(target_os = "linux"))]
pub(crate) fn written(_memory: &mut [u8]) -> Option<Vec<std::ops::Range<usize>>> {
    None
}

#[cfg(target_os = "linux")]
pub(crate) use linux::written;

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::c_void;
    use std::fs::File;
    use std::ops::Range;
    use std::sync::OnceLock;

    use rustix::ioctl::{Ioctl, IoctlOutput, Opcode, opcode};

    const PAGE_IS_FILE: u64 = 1 << 2;
    const PAGE_IS_PRESENT: u64 = 1 << 3;
    const PAGE_IS_SWAPPED: u64 = 1 << 4;
    const PAGE_IS_ZERO: u64 = 1 << 5;

    /// Regions taken in one call. A usual run has fewer than a hundred.
    const REGIONS: usize = 1024;

    /// The kernel's `struct pm_scan_arg`.
    #[repr(C)]
    #[derive(Default)]
    struct Request {
        size: u64,
        flags: u64,
        start: u64,
        end: u64,
        walk_end: u64,
        regions: u64,
        regions_length: u64,
        max_pages: u64,
        category_inverted: u64,
        category_mask: u64,
        category_any: u64,
        return_mask: u64,
    }

    /// The kernel's `struct page_region`.
    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    struct Region {
        start: u64,
        end: u64,
        categories: u64,
    }

    struct PagemapScan<'a>(&'a mut Request);

    // SAFETY: the number is `PAGEMAP_SCAN`, `_IOWR('f', 16, struct pm_scan_arg)`, which reads and writes the struct at
    // the pointer, of the kernel's own layout; the result is the call's plain return value, so that
    // `output_from_ptr` looks at no memory. The call writes nothing else but the regions: that they are room enough is
    // the proof at the call.
    unsafe impl Ioctl for PagemapScan<'_> {
        type Output = usize;
        const IS_MUTATING: bool = true;

        fn opcode(&self) -> Opcode {
            const { opcode::read_write::<Request>(b'f', 16) }
        }

        fn as_ptr(&mut self) -> *mut c_void {
            std::ptr::from_mut(self.0).cast()
        }

        unsafe fn output_from_ptr(output: IoctlOutput, _: *mut c_void) -> rustix::io::Result<usize> {
            Ok(usize::try_from(output).unwrap_or_default())
        }
    }

    /// The ranges of bytes in `memory` that may have been written since they were mapped, in whole pages and in the
    /// order of their addresses. None where this kernel cannot tell: it is not Linux 6.7 or later.
    pub(crate) fn written(memory: &mut [u8]) -> Option<Vec<Range<usize>>> {
        let pagemap = pagemap()?;
        let base = memory.as_ptr().addr();
        let mut written = Vec::new();
        let mut regions = [Region::default(); REGIONS];
        let mut position = base;
        while position < base + memory.len() {
            let mut request = request(position, base + memory.len(), &mut regions);
            // SAFETY: the call writes to `request`, which is borrowed mutably, and at most `regions_length` regions to
            // `regions`, which is borrowed mutably above and has just that length. It only reads the page tables of
            // `memory`: without PM_SCAN_WP_MATCHING it changes nothing in the process.
            let found = unsafe { rustix::ioctl::ioctl(pagemap, PagemapScan(&mut request)) }.ok()?;
            written.extend(regions.iter().take(found).map(|region| range(region, base)));
            let reached = usize::try_from(request.walk_end).unwrap_or_default();
            if reached <= position {
                return None;
            }
            position = reached;
        }
        Some(written)
    }

    fn request(start: usize, end: usize, regions: &mut [Region; REGIONS]) -> Request {
        Request {
            size: size_of::<Request>() as u64,
            start: start as u64,
            end: end as u64,
            regions: regions.as_mut_ptr().expose_provenance() as u64,
            regions_length: REGIONS as u64,
            category_inverted: PAGE_IS_FILE | PAGE_IS_ZERO,
            category_mask: PAGE_IS_FILE | PAGE_IS_ZERO,
            category_any: PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
            return_mask: PAGE_IS_PRESENT,
            ..Request::default()
        }
    }

    fn range(region: &Region, base: usize) -> Range<usize> {
        let offset = |address: u64| usize::try_from(address).unwrap_or(usize::MAX) - base;
        offset(region.start)..offset(region.end)
    }

    /// This process's page tables, opened once.
    fn pagemap() -> Option<&'static File> {
        static PAGEMAP: OnceLock<Option<File>> = OnceLock::new();
        PAGEMAP.get_or_init(|| File::open("/proc/self/pagemap").ok()).as_ref()
    }
}
