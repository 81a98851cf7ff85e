//! Whole users out of a body that arrives in pieces: `{"users": [{…}, {…}]}`, cut anywhere.
//!
//! Outside of users a byte is looked at on its own; inside of one, sixty-four at a time, for quotes, escapes and brackets only.
//! Nothing recurses and nothing is looked at twice, whatever the pieces are.

use core::ops::Range;

use crate::json::nesting::Nesting;

/// The body so far: what was read of it, and where that leads.
#[derive(Debug, Default)]
pub struct UserSplitter {
    buffer: Vec<u8>,
    /// Everything before it was looked at.
    at: usize,
    /// Where the user begins that has not ended yet.
    begin: usize,
    stage: Stage,
    nesting: Nesting,
    key: Vec<u8>,
    /// Blanks and the byte order mark before the first brace.
    mark: u8,
    users_seen: bool,
}

/// What is expected next, or what is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Stage {
    #[default]
    Start,
    KeyOrEnd,
    Key,
    InKey,
    Colon,
    Value,
    Skip,
    SkipWord,
    CommaOrEnd,
    FirstUser,
    NextUser,
    InUser,
    CommaOrLast,
    End,
    Broken,
}

impl UserSplitter {
    /// To which more of the body is to be appended; what was read of the buffer before is gone then.
    pub fn room(&mut self) -> &mut Vec<u8> {
        let keep = if self.stage == Stage::InUser {
            self.begin
        } else {
            self.at
        };
        self.buffer.drain(..keep.min(self.buffer.len()));
        self.at = self.at.saturating_sub(keep);
        self.begin = 0;
        &mut self.buffer
    }

    /// What is in the buffer; the ranges of users are ranges of it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// The next whole user in the buffer, and whether it is `read` already: given where a user begins, that may tell where it ends.
    ///
    /// At the first byte that does not fit it stops for good; the users before it are found.
    #[inline(always)]
    pub fn user(&mut self, read: impl FnOnce(&[u8], usize) -> Option<usize>) -> Option<(Range<usize>, bool)> {
        if self.stage != Stage::InUser {
            self.begin_user()?;
            if let Some(end) = read(&self.buffer, self.begin) {
                self.at = end;
                self.stage = Stage::CommaOrLast;
                return Some((self.begin..end, true));
            }
        }
        self.end_user().then_some((self.begin..self.at, false))
    }

    /// Reads on until a user begins.
    #[inline(never)]
    fn begin_user(&mut self) -> Option<()> {
        // As nearly every user begins.
        if self.stage == Stage::CommaOrLast && self.buffer.get(self.at..).is_some_and(|rest| rest.starts_with(b",{")) {
            self.at = self.at.wrapping_add(1);
            self.stage = Stage::NextUser;
        }
        while !matches!(self.stage, Stage::InUser | Stage::Broken) {
            let byte = *self.buffer.get(self.at)?;
            self.at = self.at.wrapping_add(1);
            self.stage = self.step(byte);
        }
        (self.stage == Stage::InUser).then_some(())
    }

    /// Reads on until the user ends that has begun.
    #[inline(never)]
    fn end_user(&mut self) -> bool {
        let is_whole = self.nesting.close(&self.buffer, &mut self.at);
        if is_whole {
            self.stage = Stage::CommaOrLast;
        }
        is_whole
    }

    /// From the byte on that does not fit; `None` as long as all fits.
    #[must_use]
    pub fn broken(&self) -> Option<&[u8]> {
        match self.stage {
            Stage::Broken => self.buffer.get(self.at.wrapping_sub(1)..),
            _ => None,
        }
    }

    /// Whether the body came to its end, with its users.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.stage == Stage::End && self.users_seen
    }

    fn step(&mut self, byte: u8) -> Stage {
        let stage = self.stage;
        let blank = matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        match (stage, byte) {
            (Stage::Skip, _) => return self.skip(byte),
            (Stage::InKey, _) => return self.key(byte),
            (Stage::SkipWord, b',') => return Stage::Key,
            (Stage::SkipWord, b'}') => return Stage::End,
            (Stage::SkipWord, _) => return Stage::SkipWord,
            _ if blank => return stage,
            _ => {}
        }
        match (stage, byte) {
            (Stage::Start, b'{') if matches!(self.mark, 0 | 3) => Stage::KeyOrEnd,
            (Stage::Start, _) => self.start(byte),
            (Stage::KeyOrEnd | Stage::Key, b'"') => {
                self.key.clear();
                Stage::InKey
            }
            (Stage::KeyOrEnd | Stage::CommaOrEnd, b'}') => Stage::End,
            (Stage::Colon, b':') => Stage::Value,
            (Stage::Value, _) => self.value(byte),
            (Stage::CommaOrEnd, b',') => Stage::Key,
            (Stage::FirstUser | Stage::NextUser, b'{') => {
                self.begin = self.at.wrapping_sub(1);
                self.nesting = Nesting {
                    depth: 1,
                    ..Nesting::default()
                };
                Stage::InUser
            }
            (Stage::FirstUser | Stage::CommaOrLast, b']') => Stage::CommaOrEnd,
            (Stage::CommaOrLast, b',') => Stage::NextUser,
            _ => Stage::Broken,
        }
    }

    /// The three bytes of a byte order mark, which some servers send first.
    fn start(&mut self, byte: u8) -> Stage {
        let expected = match self.mark {
            0 => 0xef,
            1 => 0xbb,
            2 => 0xbf,
            _ => return Stage::Broken,
        };
        self.mark = self.mark.saturating_add(1);
        if byte == expected { Stage::Start } else { Stage::Broken }
    }

    fn key(&mut self, byte: u8) -> Stage {
        if self.nesting.after_backslash {
            self.nesting.after_backslash = false;
        } else if byte == b'"' {
            return Stage::Colon;
        } else {
            self.nesting.after_backslash = byte == b'\\';
        }
        // One byte more than "users" tells it from everything else.
        if self.key.len() <= b"users".len() {
            self.key.push(byte);
        }
        Stage::InKey
    }

    fn value(&mut self, byte: u8) -> Stage {
        if self.key == b"users" {
            // A second list would contradict the first, which is given out already.
            let fits = byte == b'[' && !core::mem::replace(&mut self.users_seen, true);
            return if fits { Stage::FirstUser } else { Stage::Broken };
        }
        self.nesting = Nesting::default();
        match byte {
            b'"' | b'{' | b'[' => self.skip(byte),
            b',' | b'}' | b']' | b':' => Stage::Broken,
            _ => Stage::SkipWord,
        }
    }

    fn skip(&mut self, byte: u8) -> Stage {
        self.nesting.take(byte);
        if self.nesting.depth == 0 && !self.nesting.in_text {
            Stage::CommaOrEnd
        } else {
            Stage::Skip
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The users that are found where the body comes in pieces that end at these places, and whether it came whole.
    fn users_of(body: &[u8], cuts: &[usize]) -> (Vec<String>, bool) {
        let mut frame = UserSplitter::default();
        let (mut found, mut from) = (Vec::new(), 0);
        for to in cuts.iter().copied().chain([body.len()]) {
            let piece = &body[from.min(to)..to];
            frame.room().extend_from_slice(piece);
            while let Some((user, _)) = frame.user(|_, _| None) {
                found.push(String::from_utf8_lossy(&frame.bytes()[user]).into_owned());
            }
            from = to.max(from);
        }
        assert!(!frame.is_whole() || frame.broken().is_none());
        (found, frame.is_whole())
    }

    /// Any JSON value, with the texts that are hard to read.
    fn value() -> impl Strategy<Value = serde_json::Value> {
        let text = prop_oneof![".*", r#"[\\\\"{}\[\]a🙂é]{0,90}"#];
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i32>().prop_map(Into::into),
            text.prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                proptest::collection::vec((".*", inner), 0..4)
                    .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    fn object() -> impl Strategy<Value = serde_json::Value> {
        proptest::collection::vec((".*", value()), 0..4)
            .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect()))
    }

    #[test]
    fn what_may_stand_around_the_users() {
        for (body, whole) in [
            (r#"{"users":[]}"#, true),
            ("\u{feff} \n{\"users\" : [ ] } ", true),
            (
                r#"{"count":-1.5e3,"x":null,"y":{"users":[{}]},"z":"a\"]}","users":[],"more":true}"#,
                true,
            ),
            (r#"{"x":1}"#, false),
            ("", false),
            ("[]", false),
            (r#"{"users":[1]}"#, false),
            (r#"{"users":null}"#, false),
            (r#"{"users":[],}x"#, false),
            (r#"{"users":[],"users":[]}"#, false),
            (r#"{"users":[]"#, false),
            ("<html>", false),
        ] {
            for cut in 0..=body.len() {
                assert_eq!(
                    users_of(body.as_bytes(), &[cut]),
                    (vec![], whole),
                    "{body} cut at {cut}"
                );
            }
        }
        let body = br#"{"users":[{"a":"}"},{}]}"#;
        assert_eq!(users_of(body, &[]).0, [r#"{"a":"}"}"#, "{}"]);
        for broken in [r#"{"users":[{} {}]}"#, r#"{"users":[{},]}"#, r#"{"users":[,{}]}"#] {
            assert!(!users_of(broken.as_bytes(), &[]).1, "{broken}");
        }
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = ["{\"a\":".repeat(100_000), "1".into(), "}".repeat(100_000)].concat();
        let body = [r#"{"users":["#, &deep, "]}"].concat();
        assert_eq!(users_of(body.as_bytes(), &[77, 1000]).0, [deep]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn users_are_found_wherever_the_body_is_cut(users in proptest::collection::vec(object(), 0..4), pretty: bool, other in value()) {
            let json = serde_json::json!({"before": other, "users": users, "zafter": other});
            let body = if pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) }.unwrap();
            let whole = users_of(body.as_bytes(), &[]);
            prop_assert!(whole.1);
            let read: Vec<serde_json::Value> = whole.0.iter().map(|user| serde_json::from_str(user).unwrap()).collect();
            prop_assert_eq!(&read, &users);
            for cut in 0..body.len() {
                prop_assert_eq!(&users_of(body.as_bytes(), &[cut, (cut + 1).min(body.len())]), &whole);
            }
            let every: Vec<usize> = (0..body.len()).collect();
            prop_assert_eq!(&users_of(body.as_bytes(), &every), &whole);
        }

        #[test]
        fn sixty_four_bytes_at_once_or_one_by_one(bytes in r#"[\\\\"{}\[\]a]{64}"#, depth in 1u32..9, in_text: bool, after: bool) {
            let mut slow = Nesting { depth, in_text, after_backslash: after };
            let mut fast = slow;
            let end = bytes.bytes().position(|byte| { slow.take(byte); slow.depth == 0 && !slow.in_text });
            let taken = fast.take_64(bytes.as_bytes().try_into().unwrap());
            prop_assert_eq!(taken, end.map(|at| at + 1));
            if taken.is_none() {
                prop_assert_eq!(fast, slow);
            }
        }
    }
}
