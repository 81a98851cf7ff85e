//! Sixteen bytes at a time: which of them are what is looked for. Bit `n` of an answer stands for byte `n`.
//!
//! The only place that knows of simd128. Everything above is the same code natively, where it is tested.

/// What is looked at in one go.
pub const SIZE: usize = 16;

/// The block that begins at `at`; `None` where fewer bytes are left.
#[inline(always)]
#[must_use]
pub fn at(bytes: &[u8], at: usize) -> Option<&[u8; SIZE]> {
    bytes.get(at..)?.first_chunk()
}

/// Which bytes are any of these.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
#[must_use]
pub fn any_of<const N: usize>(block: &[u8; SIZE], wanted: [u8; N]) -> u32 {
    bits(block, |byte| wanted.contains(&byte))
}

/// In which bytes two blocks differ.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
#[must_use]
pub fn differ(block: &[u8; SIZE], other: &[u8; SIZE]) -> u32 {
    let both = block.iter().zip(other).rev();
    both.fold(0, |bits, (one, other)| (bits << 1) | u32::from(one != other))
}

/// Which bytes open a bracket (`{` or `[`) and which close one.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
#[must_use]
pub fn brackets(block: &[u8; SIZE]) -> (u32, u32) {
    (
        bits(block, |byte| matches!(byte, b'{' | b'[')),
        bits(block, |byte| matches!(byte, b'}' | b']')),
    )
}

/// Which bytes a number, or a word such as `true`, cannot hold: commas, closing brackets, blanks.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
#[must_use]
pub fn ends_word(block: &[u8; SIZE]) -> u32 {
    bits(block, |byte| byte <= b' ' || matches!(byte, b',' | b']' | b'}'))
}

/// Which bytes commonly stand in an e-mail address, but for the @ and points.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
#[must_use]
pub fn address(block: &[u8; SIZE]) -> u32 {
    bits(block, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'\'')
    })
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn bits(block: &[u8; SIZE], is: impl Fn(u8) -> bool) -> u32 {
    block
        .iter()
        .rev()
        .fold(0, |bits, byte| (bits << 1) | u32::from(is(*byte)))
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wide::{address, any_of, brackets, differ, ends_word};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wide {
    use core::arch::wasm32::{
        u8x16_bitmask, u8x16_eq, u8x16_le, u8x16_ne, u8x16_splat, u8x16_sub, v128, v128_load, v128_or,
    };

    use crate::simd::SIZE;

    #[inline(always)]
    #[allow(unsafe_code)] // reads exactly the sixteen bytes that the reference vouches for; wasm needs no alignment
    fn load(block: &[u8; SIZE]) -> v128 {
        unsafe { v128_load(core::ptr::from_ref(block).cast()) }
    }

    /// Which bytes are any of these.
    #[inline(always)]
    #[must_use]
    pub fn any_of<const N: usize>(block: &[u8; SIZE], wanted: [u8; N]) -> u32 {
        let bytes = load(block);
        let mut found = u8x16_splat(0);
        for byte in &wanted {
            found = v128_or(found, u8x16_eq(bytes, u8x16_splat(*byte)));
        }
        u32::from(u8x16_bitmask(found))
    }

    /// In which bytes two blocks differ.
    #[inline(always)]
    #[must_use]
    pub fn differ(block: &[u8; SIZE], other: &[u8; SIZE]) -> u32 {
        u32::from(u8x16_bitmask(u8x16_ne(load(block), load(other))))
    }

    /// Which bytes open a bracket (`{` or `[`) and which close one: each pair differs in one bit.
    #[inline(always)]
    #[must_use]
    pub fn brackets(block: &[u8; SIZE]) -> (u32, u32) {
        let folded = v128_or(load(block), u8x16_splat(0x20));
        let open = u8x16_bitmask(u8x16_eq(folded, u8x16_splat(b'{')));
        let close = u8x16_bitmask(u8x16_eq(folded, u8x16_splat(b'}')));
        (u32::from(open), u32::from(close))
    }
    /// Which bytes a number, or a word such as `true`, cannot hold: commas, closing brackets, blanks.
    #[inline(always)]
    #[must_use]
    pub fn ends_word(block: &[u8; SIZE]) -> u32 {
        let bytes = load(block);
        let closes = u8x16_eq(v128_or(bytes, u8x16_splat(0x20)), u8x16_splat(b'}'));
        let others = v128_or(u8x16_eq(bytes, u8x16_splat(b',')), u8x16_le(bytes, u8x16_splat(b' ')));
        u32::from(u8x16_bitmask(v128_or(closes, others)))
    }

    /// Which bytes commonly stand in an e-mail address, but for the @ and points.
    #[inline(always)]
    #[must_use]
    pub fn address(block: &[u8; SIZE]) -> u32 {
        let bytes = load(block);
        let between = |bytes: v128, first: u8, count: u8| {
            u8x16_le(u8x16_sub(bytes, u8x16_splat(first)), u8x16_splat(count.wrapping_sub(1)))
        };
        let letters = between(v128_or(bytes, u8x16_splat(0x20)), b'a', 26);
        let digits = between(bytes, b'0', 10);
        let others = u32::from(u8x16_bitmask(v128_or(letters, digits)));
        others | any_of(block, [b'-', b'_', b'+', b'\''])
    }
}
