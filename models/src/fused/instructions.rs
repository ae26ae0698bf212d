//! Which instructions compute. Owns the choice, made at run time; the one place that names instruction sets.
//!
//! No choice changes a result: sums are taken in an order that does not depend on the width of a vector, and a product
//! is added without rounding it first, everywhere.

use std::fmt;

use pulp::{Scalar, Simd, WithSimd};

/// An instruction set that this processor has.
#[derive(Clone, Copy)]
pub struct Instructions(Kind);

#[derive(Clone, Copy)]
enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx512(pulp::x86::V4),
    #[cfg(target_arch = "x86_64")]
    Avx2(pulp::x86::V3),
    #[cfg(target_arch = "aarch64")]
    Neon(pulp::aarch64::Neon),
    Portable,
}

impl Instructions {
    /// The fastest.
    pub fn best() -> Self {
        Self::choices().into_iter().flatten().next().unwrap_or(Self(Kind::Portable))
    }

    /// All of them, the fastest first.
    pub fn available() -> Vec<Self> {
        Self::choices().into_iter().flatten().collect()
    }

    #[cfg(target_arch = "x86_64")]
    fn choices() -> [Option<Self>; 3] {
        let (wide, narrow) = (pulp::x86::V4::try_new().map(Kind::Avx512), pulp::x86::V3::try_new().map(Kind::Avx2));
        [wide, narrow, Some(Kind::Portable)].map(|kind| kind.map(Self))
    }

    #[cfg(target_arch = "aarch64")]
    fn choices() -> [Option<Self>; 2] {
        [pulp::aarch64::Neon::try_new().map(Kind::Neon), Some(Kind::Portable)].map(|kind| kind.map(Self))
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn choices() -> [Option<Self>; 1] {
        [Some(Self(Kind::Portable))]
    }

    /// Computes with these instructions: what is inlined into `operation` is compiled for them.
    #[inline]
    pub(crate) fn run<O: WithSimd>(self, operation: O) -> O::Output {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(simd) => Simd::vectorize(simd, operation),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(simd) => Simd::vectorize(simd, operation),
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(simd) => Simd::vectorize(simd, operation),
            Kind::Portable => Simd::vectorize(Scalar::new(), operation),
        }
    }
}

impl fmt::Debug for Instructions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(_) => "AVX-512",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "AVX2",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(_) => "NEON",
            Kind::Portable => "portable",
        })
    }
}
