//! Finds the end of an object or array that may be cut anywhere, sixty-four bytes at a time.
//!
//! The state is how many brackets are open, whether the position is inside a string, and whether a backslash precedes
//! it. For sixty-four bytes, four masks hold one bit per byte: quotes, backslashes, opening and closing brackets. A
//! quote after an odd run of backslashes is removed; the running parity of the remaining quotes marks what is inside
//! strings; brackets there are removed. If the remaining closing brackets cannot close the outermost one, counting bits
//! is enough; otherwise the brackets are walked in order. No byte is looked at twice, and nesting costs no stack.

use crate::simd;

/// The state of the reading between two bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Nesting {
    /// The number of open brackets.
    pub depth: u32,
    pub in_string: bool,
    /// Whether an unescaped backslash precedes the next byte.
    pub after_backslash: bool,
}

impl Nesting {
    /// Returns the state after an opening bracket.
    pub fn opened() -> Self {
        Self {
            depth: 1,
            ..Self::default()
        }
    }

    /// Whether all brackets and strings are closed.
    pub fn is_closed(&self) -> bool {
        self.depth == 0 && !self.in_string
    }

    /// Reads one byte. A backslash only ever affects a quote after it, as in [`Self::read_64`].
    pub fn read(&mut self, byte: u8) {
        let is_escaped = self.after_backslash;
        self.after_backslash = byte == b'\\' && !is_escaped;
        match byte {
            b'"' if !is_escaped => self.in_string = !self.in_string,
            b'{' | b'[' if !self.in_string => self.depth = self.depth.saturating_add(1),
            b'}' | b']' if !self.in_string => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    /// Reads on from `at`, which becomes the position after the bracket that closes the outermost one, or after the
    /// last byte. Returns whether that bracket was found.
    pub fn read_until_closed(&mut self, bytes: &[u8], at: &mut usize) -> bool {
        while let Some(block) = bytes.get(*at..).and_then(<[u8]>::first_chunk::<64>) {
            match self.read_64(block) {
                Some(length) => {
                    *at = at.wrapping_add(length);
                    return true;
                }
                None => *at = at.wrapping_add(64),
            }
        }
        for byte in bytes.get(*at..).unwrap_or_default() {
            self.read(*byte);
            *at = at.wrapping_add(1);
            if self.is_closed() {
                return true;
            }
        }
        false
    }

    /// Reads sixty-four bytes. Returns the length up to and including the bracket that closes the outermost one, or
    /// `None` if that bracket is not among these bytes.
    #[inline(always)]
    fn read_64(&mut self, bytes: &[u8; 64]) -> Option<usize> {
        let (mut quotes, mut backslashes, mut opening, mut closing) = (0_u64, 0_u64, 0_u64, 0_u64);
        let (blocks, _) = bytes.as_chunks::<{ simd::SIZE }>();
        for (index, block) in blocks.iter().enumerate() {
            let shift = index.wrapping_mul(simd::SIZE) & 63;
            let brackets = simd::brackets(block);
            quotes |= u64::from(simd::any_of(block, [b'"'])) << shift;
            backslashes |= u64::from(simd::any_of(block, [b'\\'])) << shift;
            opening |= u64::from(brackets.opening) << shift;
            closing |= u64::from(brackets.closing) << shift;
        }
        if backslashes != 0 || self.after_backslash {
            quotes &= !self.escaped(backslashes);
        }
        let in_string = running_parity(quotes) ^ if self.in_string { u64::MAX } else { 0 };
        opening &= !in_string;
        closing &= !in_string;
        if self.depth > closing.count_ones() {
            self.depth = self
                .depth
                .saturating_add(opening.count_ones())
                .saturating_sub(closing.count_ones());
        } else {
            let mut brackets = opening | closing;
            while brackets != 0 {
                let lowest = brackets & brackets.wrapping_neg();
                brackets ^= lowest;
                if opening & lowest != 0 {
                    self.depth = self.depth.saturating_add(1);
                } else {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some((lowest.trailing_zeros() as usize).wrapping_add(1));
                    }
                }
            }
        }
        self.in_string = in_string >> 63 != 0;
        None
    }

    /// Returns the bytes that an unescaped backslash precedes, and notes whether the last byte is such a backslash.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let mut escaped = u64::from(self.after_backslash);
        let mut unescaped_backslashes = backslashes & !escaped;
        self.after_backslash = false;
        while unescaped_backslashes != 0 {
            let lowest = unescaped_backslashes & unescaped_backslashes.wrapping_neg();
            self.after_backslash = lowest >> 63 != 0;
            escaped |= lowest << 1;
            unescaped_backslashes &= !(lowest | (lowest << 1));
        }
        escaped
    }
}

/// Returns for each bit the parity of that bit and all lower ones: set from an opening quote to the byte before its
/// closing quote.
fn running_parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sixty_four_bytes_at_once_give_the_same_state_as_one_by_one(
            bytes in r#"[\\\\"{}\[\]a]{64}"#, depth in prop_oneof![1u32..9, 60u32..70], in_string: bool, after_backslash: bool,
        ) {
            let mut slow = Nesting { depth, in_string, after_backslash };
            let mut fast = slow;
            let end = bytes.bytes().position(|byte| { slow.read(byte); slow.is_closed() });
            let length = fast.read_64(bytes.as_bytes().try_into().unwrap());
            prop_assert_eq!(length, end.map(|at| at + 1));
            if length.is_none() {
                prop_assert_eq!(fast, slow);
            }
        }
    }
}
