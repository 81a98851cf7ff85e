//! Brackets and strings, sixty-four bytes at a time.

use crate::simd;

/// Where in nested brackets and strings the reading stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Nesting {
    /// Open brackets.
    pub depth: u32,
    /// Whether this is within a string.
    pub in_text: bool,
    /// Whether a backslash stood before.
    pub after_backslash: bool,
}

impl Nesting {
    /// One byte more. A backslash only ever matters to a quote behind it, as in [`Self::take_64`].
    pub fn take(&mut self, byte: u8) {
        let escaped = self.after_backslash;
        self.after_backslash = byte == b'\\' && !escaped;
        match byte {
            b'"' if !escaped => self.in_text = !self.in_text,
            b'{' | b'[' if !self.in_text => self.depth = self.depth.saturating_add(1),
            b'}' | b']' if !self.in_text => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    /// Reads on until the brackets are closed, and says whether they are; `at` is then just behind.
    pub fn close(&mut self, bytes: &[u8], at: &mut usize) -> bool {
        while let Some(sixty_four) = bytes.get(*at..).and_then(<[u8]>::first_chunk::<64>) {
            match self.take_64(sixty_four) {
                Some(length) => {
                    *at = at.wrapping_add(length);
                    return true;
                }
                None => *at = at.wrapping_add(64),
            }
        }
        for byte in bytes.get(*at..).unwrap_or_default() {
            self.take(*byte);
            *at = at.wrapping_add(1);
            if self.depth == 0 && !self.in_text {
                return true;
            }
        }
        false
    }

    /// Sixty-four bytes more; how many of them belong to what is being closed, where it ends in here.
    #[inline(always)]
    pub fn take_64(&mut self, bytes: &[u8; 64]) -> Option<usize> {
        let (mut quotes, mut backslashes, mut opening, mut closing) = (0_u64, 0_u64, 0_u64, 0_u64);
        let (blocks, _) = bytes.as_chunks::<{ simd::SIZE }>();
        for (index, block) in blocks.iter().enumerate() {
            let shift = index.wrapping_mul(simd::SIZE) & 63;
            let (open, close) = simd::brackets(block);
            quotes |= u64::from(simd::any_of(block, [b'"'])) << shift;
            backslashes |= u64::from(simd::any_of(block, [b'\\'])) << shift;
            opening |= u64::from(open) << shift;
            closing |= u64::from(close) << shift;
        }
        if backslashes != 0 || self.after_backslash {
            quotes &= !self.escaped(backslashes);
        }
        let inside = even(quotes) ^ if self.in_text { u64::MAX } else { 0 };
        opening &= !inside;
        closing &= !inside;
        if self.depth > closing.count_ones() {
            self.depth = self
                .depth
                .saturating_add(opening.count_ones())
                .saturating_sub(closing.count_ones());
        } else {
            let mut both = opening | closing;
            while both != 0 {
                let lowest = both & both.wrapping_neg();
                both ^= lowest;
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
        self.in_text = inside >> 63 != 0;
        None
    }

    /// The bytes that a backslash before them makes harmless.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let mut escaped = u64::from(self.after_backslash);
        let mut left = backslashes & !escaped;
        self.after_backslash = false;
        while left != 0 {
            let lowest = left & left.wrapping_neg();
            self.after_backslash = lowest >> 63 != 0;
            escaped |= lowest << 1;
            left &= !(lowest | (lowest << 1));
        }
        escaped
    }
}

/// Each bit with all below it added up, modulo two: set from an opening quote to before its closing one.
fn even(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
