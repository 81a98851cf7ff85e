//! Sixteen bytes at a time: each function returns a mask whose bit `n` says whether byte `n` of a block is one of those
//! looked for.
//!
//! This is the only module that uses simd128, and the only one with `unsafe`: one load, of a reference to exactly
//! sixteen bytes. Each function has a plain form with the same result, so that everything above is the same code
//! natively, where it is tested.

/// The number of bytes in a block.
pub const SIZE: usize = 16;

/// Which bytes of a block are brackets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brackets {
    /// `{` and `[`.
    pub opening: u32,
    /// `}` and `]`.
    pub closing: u32,
}

/// Returns the block that begins at `at`, or `None` if fewer than sixteen bytes are left.
#[inline(always)]
#[must_use]
pub fn block_at(bytes: &[u8], at: usize) -> Option<&[u8; SIZE]> {
    bytes.get(at..)?.first_chunk()
}

/// Returns which bytes are one of `wanted`.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
#[must_use]
pub fn any_of<const N: usize>(block: &[u8; SIZE], wanted: [u8; N]) -> u32 {
    mask(block, |byte| wanted.contains(&byte))
}

/// Returns at which positions two blocks differ.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
#[must_use]
pub fn mismatches(block: &[u8; SIZE], other: &[u8; SIZE]) -> u32 {
    let both = block.iter().zip(other).rev();
    both.fold(0, |mask, (one, other)| (mask << 1) | u32::from(one != other))
}

/// Returns which bytes are brackets.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
#[must_use]
pub fn brackets(block: &[u8; SIZE]) -> Brackets {
    Brackets {
        opening: mask(block, |byte| matches!(byte, b'{' | b'[')),
        closing: mask(block, |byte| matches!(byte, b'}' | b']')),
    }
}

/// Returns which bytes end a number, `true`, `false` or `null`: commas, closing brackets, whitespace.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
#[must_use]
pub fn ends_primitive(block: &[u8; SIZE]) -> u32 {
    mask(block, |byte| byte <= b' ' || matches!(byte, b',' | b']' | b'}'))
}

/// Returns which bytes are common in e-mail addresses, except for the @ and dots: letters, digits, `-`, `_`, `+` and
/// apostrophes.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
#[must_use]
pub fn address_characters(block: &[u8; SIZE]) -> u32 {
    mask(block, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'\'')
    })
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn mask(block: &[u8; SIZE], is_wanted: impl Fn(u8) -> bool) -> u32 {
    block
        .iter()
        .rev()
        .fold(0, |mask, byte| (mask << 1) | u32::from(is_wanted(*byte)))
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wide::{address_characters, any_of, brackets, ends_primitive, mismatches};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wide {
    use core::arch::wasm32::{
        u8x16_bitmask, u8x16_eq, u8x16_le, u8x16_ne, u8x16_splat, u8x16_sub, v128, v128_load, v128_or,
    };

    use crate::simd::{Brackets, SIZE};

    #[inline(always)]
    #[allow(unsafe_code)] // reads exactly the sixteen bytes that the reference vouches for; wasm needs no alignment
    fn load(block: &[u8; SIZE]) -> v128 {
        unsafe { v128_load(core::ptr::from_ref(block).cast()) }
    }

    /// Returns which bytes are one of `wanted`.
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

    /// Returns at which positions two blocks differ.
    #[inline(always)]
    #[must_use]
    pub fn mismatches(block: &[u8; SIZE], other: &[u8; SIZE]) -> u32 {
        u32::from(u8x16_bitmask(u8x16_ne(load(block), load(other))))
    }

    /// Returns which bytes are brackets. `[` and `{`, and `]` and `}`, differ in one bit.
    #[inline(always)]
    #[must_use]
    pub fn brackets(block: &[u8; SIZE]) -> Brackets {
        let folded = v128_or(load(block), u8x16_splat(0x20));
        Brackets {
            opening: u32::from(u8x16_bitmask(u8x16_eq(folded, u8x16_splat(b'{')))),
            closing: u32::from(u8x16_bitmask(u8x16_eq(folded, u8x16_splat(b'}')))),
        }
    }

    /// Returns which bytes end a number, `true`, `false` or `null`.
    #[inline(always)]
    #[must_use]
    pub fn ends_primitive(block: &[u8; SIZE]) -> u32 {
        let bytes = load(block);
        let closes = u8x16_eq(v128_or(bytes, u8x16_splat(0x20)), u8x16_splat(b'}'));
        let others = v128_or(u8x16_eq(bytes, u8x16_splat(b',')), u8x16_le(bytes, u8x16_splat(b' ')));
        u32::from(u8x16_bitmask(v128_or(closes, others)))
    }

    /// Returns which bytes are common in e-mail addresses, except for the @ and dots.
    #[inline(always)]
    #[must_use]
    pub fn address_characters(block: &[u8; SIZE]) -> u32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks a function that classifies bytes: the bytes of `members`, and no others, at every position of a block.
    fn assert_members(members: &[u8], classify: impl Fn(&[u8; SIZE]) -> u32) {
        for byte in 0..=u8::MAX {
            let expected = if members.contains(&byte) { 0xffff } else { 0 };
            assert_eq!(classify(&[byte; SIZE]), expected, "{byte:#x}");
        }
        for position in 0..SIZE {
            let mut block = [b'%'; SIZE];
            block[position] = members[0];
            assert_eq!(classify(&block), 1 << position);
        }
    }

    #[test]
    fn a_block_has_sixteen_bytes_from_its_position_on() {
        let bytes: Vec<u8> = (0..20).collect();
        assert_eq!(block_at(&bytes, 3).map(|block| (block[0], block[15])), Some((3, 18)));
        assert_eq!(block_at(&bytes, 4).map(|block| block[0]), Some(4));
        assert_eq!(block_at(&bytes, 5), None);
        assert_eq!(block_at(&bytes, 21), None);
    }

    #[test]
    fn a_mask_has_a_bit_for_each_byte_of_the_class() {
        assert_members(b"\"\\", |block| any_of(block, [b'"', b'\\']));
        assert_members(b"{[", |block| brackets(block).opening);
        assert_members(b"}]", |block| brackets(block).closing);
        let ends: Vec<u8> = (0..=b' ').chain(*b",]}").collect();
        assert_members(&ends, ends_primitive);
        let address: Vec<u8> = (b'0'..=b'9')
            .chain(b'a'..=b'z')
            .chain(b'A'..=b'Z')
            .chain(*b"-_+'")
            .collect();
        assert_members(&address, address_characters);
        assert_members(b"x", |block| !mismatches(block, &[b'x'; SIZE]) & 0xffff);
    }
}
