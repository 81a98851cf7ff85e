//! Lower case, character by character, as Unicode has it, with one form for letters that have the same upper case: `σ` for `ς`, `s` for `ſ`.
//!
//! `char::to_lowercase` of the standard library does nearly the same, with a table of 12 KB that adds 5 KB to the compressed
//! module. Here, letters in a row whose lower case is equally far away are one entry, which takes a tenth of that. Whatever
//! compares values of users uses this, so that two parts of the package never disagree about whether two addresses belong
//! to the same user.

/// Letters at equal distances, whose lower case is equally far away.
#[derive(Clone, Copy)]
struct Run {
    first: u32,
    count: u8,
    /// The distance from one letter to the next.
    step: u8,
    /// The distance from a letter to its lower case.
    offset: i32,
}

const fn run(first: u32, count: u8, step: u8, offset: i32) -> Run {
    Run {
        first,
        count,
        step,
        offset,
    }
}

/// All letters beyond ASCII that have a lower case, or the upper case of another letter in lower case, in ascending order; without `İ`, whose lower case is
/// two characters, and `ı`, which only Turkish capitals make equal to `i`. The tests compare it with the standard library's.
#[rustfmt::skip]
const RUNS: [Run; 205] = [
    run(0xb5, 1, 1, 775), run(0xc0, 23, 1, 32), run(0xd8, 7, 1, 32), run(0x100, 24, 2, 1), run(0x132, 3, 2, 1), run(0x139, 8, 2, 1),
    run(0x14a, 23, 2, 1), run(0x178, 1, 1, -121), run(0x179, 3, 2, 1), run(0x17f, 1, 1, -268), run(0x181, 1, 1, 210), run(0x182, 2, 2, 1),
    run(0x186, 1, 1, 206), run(0x187, 1, 1, 1), run(0x189, 2, 1, 205), run(0x18b, 1, 1, 1), run(0x18e, 1, 1, 79), run(0x18f, 1, 1, 202),
    run(0x190, 1, 1, 203), run(0x191, 1, 1, 1), run(0x193, 1, 1, 205), run(0x194, 1, 1, 207), run(0x196, 1, 1, 211), run(0x197, 1, 1, 209),
    run(0x198, 1, 1, 1), run(0x19c, 1, 1, 211), run(0x19d, 1, 1, 213), run(0x19f, 1, 1, 214), run(0x1a0, 3, 2, 1), run(0x1a6, 1, 1, 218),
    run(0x1a7, 1, 1, 1), run(0x1a9, 1, 1, 218), run(0x1ac, 1, 1, 1), run(0x1ae, 1, 1, 218), run(0x1af, 1, 1, 1), run(0x1b1, 2, 1, 217),
    run(0x1b3, 2, 2, 1), run(0x1b7, 1, 1, 219), run(0x1b8, 1, 1, 1), run(0x1bc, 1, 1, 1), run(0x1c4, 1, 1, 2), run(0x1c5, 1, 1, 1), run(0x1c7, 1, 1, 2),
    run(0x1c8, 1, 1, 1), run(0x1ca, 1, 1, 2), run(0x1cb, 9, 2, 1), run(0x1de, 9, 2, 1), run(0x1f1, 1, 1, 2), run(0x1f2, 2, 2, 1), run(0x1f6, 1, 1, -97),
    run(0x1f7, 1, 1, -56), run(0x1f8, 20, 2, 1), run(0x220, 1, 1, -130), run(0x222, 9, 2, 1), run(0x23a, 1, 1, 10795), run(0x23b, 1, 1, 1),
    run(0x23d, 1, 1, -163), run(0x23e, 1, 1, 10792), run(0x241, 1, 1, 1), run(0x243, 1, 1, -195), run(0x244, 1, 1, 69), run(0x245, 1, 1, 71),
    run(0x246, 5, 2, 1), run(0x345, 1, 1, 116), run(0x370, 2, 2, 1), run(0x376, 1, 1, 1), run(0x37f, 1, 1, 116), run(0x386, 1, 1, 38),
    run(0x388, 3, 1, 37), run(0x38c, 1, 1, 64), run(0x38e, 2, 1, 63), run(0x391, 17, 1, 32), run(0x3a3, 9, 1, 32), run(0x3c2, 1, 1, 1),
    run(0x3cf, 1, 1, 8), run(0x3d0, 1, 1, -30), run(0x3d1, 1, 1, -25), run(0x3d5, 1, 1, -15), run(0x3d6, 1, 1, -22), run(0x3d8, 12, 2, 1),
    run(0x3f0, 1, 1, -54), run(0x3f1, 1, 1, -48), run(0x3f4, 1, 1, -60), run(0x3f5, 1, 1, -64), run(0x3f7, 1, 1, 1), run(0x3f9, 1, 1, -7),
    run(0x3fa, 1, 1, 1), run(0x3fd, 3, 1, -130), run(0x400, 16, 1, 80), run(0x410, 32, 1, 32), run(0x460, 17, 2, 1), run(0x48a, 27, 2, 1),
    run(0x4c0, 1, 1, 15), run(0x4c1, 7, 2, 1), run(0x4d0, 48, 2, 1), run(0x531, 38, 1, 48), run(0x10a0, 38, 1, 7264), run(0x10c7, 1, 1, 7264),
    run(0x10cd, 1, 1, 7264), run(0x13a0, 80, 1, 38864), run(0x13f0, 6, 1, 8), run(0x1c80, 1, 1, -6222), run(0x1c81, 1, 1, -6221),
    run(0x1c82, 1, 1, -6212), run(0x1c83, 2, 1, -6210), run(0x1c85, 1, 1, -6211), run(0x1c86, 1, 1, -6204), run(0x1c87, 1, 1, -6180),
    run(0x1c88, 1, 1, 35267), run(0x1c89, 1, 1, 1), run(0x1c90, 43, 1, -3008), run(0x1cbd, 3, 1, -3008), run(0x1e00, 75, 2, 1), run(0x1e9b, 1, 1, -58),
    run(0x1e9e, 1, 1, -7615), run(0x1ea0, 48, 2, 1), run(0x1f08, 8, 1, -8), run(0x1f18, 6, 1, -8), run(0x1f28, 8, 1, -8), run(0x1f38, 8, 1, -8),
    run(0x1f48, 6, 1, -8), run(0x1f59, 4, 2, -8), run(0x1f68, 8, 1, -8), run(0x1f88, 8, 1, -8), run(0x1f98, 8, 1, -8), run(0x1fa8, 8, 1, -8),
    run(0x1fb8, 2, 1, -8), run(0x1fba, 2, 1, -74), run(0x1fbc, 1, 1, -9), run(0x1fbe, 1, 1, -7173), run(0x1fc8, 4, 1, -86), run(0x1fcc, 1, 1, -9),
    run(0x1fd8, 2, 1, -8), run(0x1fda, 2, 1, -100), run(0x1fe8, 2, 1, -8), run(0x1fea, 2, 1, -112), run(0x1fec, 1, 1, -7), run(0x1ff8, 2, 1, -128),
    run(0x1ffa, 2, 1, -126), run(0x1ffc, 1, 1, -9), run(0x2126, 1, 1, -7517), run(0x212a, 1, 1, -8383), run(0x212b, 1, 1, -8262), run(0x2132, 1, 1, 28),
    run(0x2160, 16, 1, 16), run(0x2183, 1, 1, 1), run(0x24b6, 26, 1, 26), run(0x2c00, 48, 1, 48), run(0x2c60, 1, 1, 1), run(0x2c62, 1, 1, -10743),
    run(0x2c63, 1, 1, -3814), run(0x2c64, 1, 1, -10727), run(0x2c67, 3, 2, 1), run(0x2c6d, 1, 1, -10780), run(0x2c6e, 1, 1, -10749),
    run(0x2c6f, 1, 1, -10783), run(0x2c70, 1, 1, -10782), run(0x2c72, 1, 1, 1), run(0x2c75, 1, 1, 1), run(0x2c7e, 2, 1, -10815), run(0x2c80, 50, 2, 1),
    run(0x2ceb, 2, 2, 1), run(0x2cf2, 1, 1, 1), run(0xa640, 23, 2, 1), run(0xa680, 14, 2, 1), run(0xa722, 7, 2, 1), run(0xa732, 31, 2, 1),
    run(0xa779, 2, 2, 1), run(0xa77d, 1, 1, -35332), run(0xa77e, 5, 2, 1), run(0xa78b, 1, 1, 1), run(0xa78d, 1, 1, -42280), run(0xa790, 2, 2, 1),
    run(0xa796, 10, 2, 1), run(0xa7aa, 1, 1, -42308), run(0xa7ab, 1, 1, -42319), run(0xa7ac, 1, 1, -42315), run(0xa7ad, 1, 1, -42305),
    run(0xa7ae, 1, 1, -42308), run(0xa7b0, 1, 1, -42258), run(0xa7b1, 1, 1, -42282), run(0xa7b2, 1, 1, -42261), run(0xa7b3, 1, 1, 928),
    run(0xa7b4, 8, 2, 1), run(0xa7c4, 1, 1, -48), run(0xa7c5, 1, 1, -42307), run(0xa7c6, 1, 1, -35384), run(0xa7c7, 2, 2, 1), run(0xa7cb, 1, 1, -42343),
    run(0xa7cc, 8, 2, 1), run(0xa7dc, 1, 1, -42561), run(0xa7f5, 1, 1, 1), run(0xff21, 26, 1, 32), run(0x10400, 40, 1, 40), run(0x104b0, 36, 1, 40),
    run(0x10570, 11, 1, 39), run(0x1057c, 15, 1, 39), run(0x1058c, 7, 1, 39), run(0x10594, 2, 1, 39), run(0x10c80, 51, 1, 64), run(0x10d50, 22, 1, 32),
    run(0x118a0, 32, 1, 32), run(0x16e40, 32, 1, 32), run(0x16ea0, 25, 1, 27), run(0x1e900, 34, 1, 34),
];

/// Returns the lower case of a letter; any other character, and `İ`, as it is.
fn lower_case(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let code = u32::from(c);
    let behind = RUNS.partition_point(|run| run.first <= code);
    let run = behind.checked_sub(1).and_then(|at| RUNS.get(at));
    run.and_then(|run| run.lower_case(code)).unwrap_or(c)
}

impl Run {
    fn lower_case(self, code: u32) -> Option<char> {
        let distance = code.checked_sub(self.first)?;
        let step = u32::from(self.step);
        let is_in_run = distance.checked_rem(step)? == 0 && distance.checked_div(step)? < u32::from(self.count);
        char::from_u32(code.checked_add_signed(self.offset)?).filter(|_| is_in_run)
    }
}

/// Returns a string in lower case, character by character, so that strings which differ only in case become equal. The lower case of `İ` is `i` and a
/// combining dot.
#[inline(never)]
#[must_use]
pub fn to_lower_case(string: &str) -> String {
    let mut lower = String::with_capacity(string.len());
    for c in string.chars() {
        lower.push(if c == 'İ' { 'i' } else { lower_case(c) });
        if c == 'İ' {
            lower.push('\u{307}');
        }
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_the_lower_case_of_its_upper_case() {
        let lower = |c: char| to_lower_case(c.encode_utf8(&mut [0; 4]));
        for c in '\0'..=char::MAX {
            let upper: Vec<char> = c.to_uppercase().collect();
            let expected: String = match upper.as_slice() {
                // Unicode folds only Turkish text otherwise.
                [upper] if c != 'ı' => upper.to_lowercase().collect(),
                _ => c.to_lowercase().collect(),
            };
            assert_eq!(lower(c), expected, "{c} U+{:04X}", u32::from(c));
        }
        assert_eq!(lower('ı'), "ı");
    }

    #[test]
    fn a_string_is_lower_cased_character_by_character() {
        assert_eq!(
            to_lower_case("PHƯƠNG Ở ΆΣ Ș ЁЖ Ա ẞ Ａ İ"),
            "phương ở άσ ș ёж ա ß ａ i\u{307}"
        );
        assert_eq!(to_lower_case("phương ςß字🙂"), "phương σß字🙂");
        assert_eq!(lower_case('İ'), 'İ');
    }
}
