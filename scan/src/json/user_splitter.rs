//! Finds whole users in a response body that arrives in chunks: `{"users": [{…}, {…}]}`, cut anywhere.
//!
//! Outside of users, a state machine (`State`) reads byte by byte: the fields of the body, the values that are
//! skipped, the commas between users. Inside of a user, `Nesting` finds the closing brace sixty-four bytes at a time.
//! The caller may find the end faster: a callback gets the position of a user and may return the position after it.
//!
//! Invariant: everything before `at` has been read and is never looked at again, whatever the chunks are; a chunk that
//! ends inside of a user keeps the user's bytes in the buffer. The first byte that does not fit ends the reading for
//! good, in `Invalid`; users before it are found.

use core::ops::Range;

use crate::json::nesting::Nesting;

/// Splits a body into users.
#[derive(Debug, Default)]
pub struct UserSplitter {
    buffer: Vec<u8>,
    /// Everything before this position has been read.
    at: usize,
    /// Where the current user begins.
    user_start: usize,
    state: State,
    /// Of the current user, the skipped value, or the current key.
    nesting: Nesting,
    /// The current key of the body, up to one byte more than "users" has.
    key: Vec<u8>,
    has_users: bool,
}

/// What is expected next, or what is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    /// The opening brace, or a byte order mark (EF BB BF), which some servers send first.
    #[default]
    Start,
    /// The second byte of a byte order mark.
    MarkSecond,
    /// The third byte of a byte order mark.
    MarkThird,
    /// The opening brace.
    AfterMark,
    /// The first key of the body, or its end.
    KeyOrEnd,
    Key,
    InKey,
    Colon,
    Value,
    /// Within a string, array or object that is not the users.
    SkipNested,
    /// Within a number, `true`, `false` or `null`.
    SkipPrimitive,
    /// After a value of the body.
    CommaOrEnd,
    FirstUserOrEnd,
    NextUser,
    InUser,
    /// After a user.
    CommaOrUsersEnd,
    /// After the body.
    End,
    /// A byte did not fit; it is the one before `at`.
    Invalid,
}

/// A whole user in the buffer.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundUser {
    /// Its position in [`UserSplitter::bytes`].
    pub range: Range<usize>,
    /// Whether the callback found the end, and so has read the user.
    pub is_read: bool,
}

impl UserSplitter {
    /// Returns the buffer, to append the next chunk of the body. Bytes that are no longer needed are removed first, so
    /// that earlier positions become invalid.
    pub fn input(&mut self) -> &mut Vec<u8> {
        let keep_from = if self.state == State::InUser {
            self.user_start
        } else {
            self.at
        };
        self.buffer.drain(..keep_from.min(self.buffer.len()));
        self.at = self.at.saturating_sub(keep_from);
        self.user_start = 0;
        &mut self.buffer
    }

    /// Returns the buffer, in which the users that were found stand.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Returns the next whole user of the buffer, or `None` if the buffer holds no other whole user.
    ///
    /// `read` is called with the buffer and the position of a user that begins, and may return the position after it;
    /// it is not called for a user whose begin came with an earlier chunk.
    #[inline(always)]
    pub fn next_user(&mut self, read: impl FnOnce(&[u8], usize) -> Option<usize>) -> Option<FoundUser> {
        if self.state != State::InUser {
            self.find_user_start()?;
            if let Some(end) = read(&self.buffer, self.user_start) {
                self.at = end;
                self.state = State::CommaOrUsersEnd;
                return Some(FoundUser {
                    range: self.user_start..end,
                    is_read: true,
                });
            }
        }
        self.find_user_end().then_some(FoundUser {
            range: self.user_start..self.at,
            is_read: false,
        })
    }

    /// Reads until a user begins.
    #[inline(never)]
    fn find_user_start(&mut self) -> Option<()> {
        // Nearly every user begins with these two bytes.
        if self.state == State::CommaOrUsersEnd
            && self.buffer.get(self.at..).is_some_and(|rest| rest.starts_with(b",{"))
        {
            self.at = self.at.wrapping_add(1);
            self.state = State::NextUser;
        }
        while !matches!(self.state, State::InUser | State::Invalid) {
            let byte = *self.buffer.get(self.at)?;
            self.at = self.at.wrapping_add(1);
            self.state = self.next_state(byte);
        }
        (self.state == State::InUser).then_some(())
    }

    /// Reads until the current user ends; returns whether its end is in the buffer.
    #[inline(never)]
    fn find_user_end(&mut self) -> bool {
        let is_whole = self.nesting.read_until_closed(&self.buffer, &mut self.at);
        if is_whole {
            self.state = State::CommaOrUsersEnd;
        }
        is_whole
    }

    /// Returns the buffer from the first byte on that does not fit, or `None` if all bytes fit so far.
    #[must_use]
    pub fn unexpected(&self) -> Option<&[u8]> {
        match self.state {
            State::Invalid => self.buffer.get(self.at.wrapping_sub(1)..),
            _ => None,
        }
    }

    /// Whether the body was read to its end and had an array of users.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.state == State::End && self.has_users
    }

    fn next_state(&mut self, byte: u8) -> State {
        match (self.state, byte) {
            (State::SkipNested, _) => self.skip_nested(byte),
            (State::InKey, _) => self.read_key(byte),
            (State::SkipPrimitive, b',') => State::Key,
            (State::SkipPrimitive, b'}') => State::End,
            (State::SkipPrimitive, _) => State::SkipPrimitive,
            (state, b' ' | b'\t' | b'\n' | b'\r') => state,
            (State::Start, 0xef) => State::MarkSecond,
            (State::MarkSecond, 0xbb) => State::MarkThird,
            (State::MarkThird, 0xbf) => State::AfterMark,
            (State::Start | State::AfterMark, b'{') => State::KeyOrEnd,
            (State::KeyOrEnd | State::Key, b'"') => {
                self.key.clear();
                self.nesting = Nesting::default();
                State::InKey
            }
            (State::KeyOrEnd | State::CommaOrEnd, b'}') => State::End,
            (State::Colon, b':') => State::Value,
            (State::Value, _) => self.start_value(byte),
            (State::CommaOrEnd, b',') => State::Key,
            (State::FirstUserOrEnd | State::NextUser, b'{') => {
                self.user_start = self.at.wrapping_sub(1);
                self.nesting = Nesting::opened();
                State::InUser
            }
            (State::FirstUserOrEnd | State::CommaOrUsersEnd, b']') => State::CommaOrEnd,
            (State::CommaOrUsersEnd, b',') => State::NextUser,
            _ => State::Invalid,
        }
    }

    fn read_key(&mut self, byte: u8) -> State {
        if self.nesting.after_backslash {
            self.nesting.after_backslash = false;
        } else if byte == b'"' {
            return State::Colon;
        } else {
            self.nesting.after_backslash = byte == b'\\';
        }
        // One byte more than "users" tells it from everything else.
        if self.key.len() <= b"users".len() {
            self.key.push(byte);
        }
        State::InKey
    }

    fn start_value(&mut self, byte: u8) -> State {
        if self.key == b"users" {
            // A second array would contradict the first, whose users have been returned already.
            let is_first_array = byte == b'[' && !core::mem::replace(&mut self.has_users, true);
            return if is_first_array {
                State::FirstUserOrEnd
            } else {
                State::Invalid
            };
        }
        self.nesting = Nesting::default();
        match byte {
            b'"' | b'{' | b'[' => self.skip_nested(byte),
            b',' | b'}' | b']' | b':' => State::Invalid,
            _ => State::SkipPrimitive,
        }
    }

    fn skip_nested(&mut self, byte: u8) -> State {
        self.nesting.read(byte);
        if self.nesting.is_closed() {
            State::CommaOrEnd
        } else {
            State::SkipNested
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The users that are found where the body comes in pieces that end at these places, and whether it came whole.
    fn users_of(body: &[u8], cuts: &[usize]) -> (Vec<String>, bool) {
        let mut frame = UserSplitter::default();
        let (mut found, mut from) = (Vec::new(), 0);
        for to in cuts.iter().copied().chain([body.len()]) {
            let piece = &body[from.min(to)..to];
            frame.input().extend_from_slice(piece);
            while let Some(FoundUser { range: user, .. }) = frame.next_user(|_, _| None) {
                found.push(String::from_utf8_lossy(&frame.bytes()[user]).into_owned());
            }
            from = to.max(from);
        }
        assert!(!frame.is_complete() || frame.unexpected().is_none());
        (found, frame.is_complete())
    }

    /// Any JSON value, with strings that are hard to read.
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
    fn what_surrounds_the_users_is_skipped_or_refused() {
        for (body, whole) in [
            (r#"{"users":[]}"#, true),
            ("\u{feff} \n{\"users\" : [ ] } ", true),
            (
                r#"{"count":-1.5e3,"x":null,"y":{"users":[{}]},"z":"a\"]}","users":[],"more":true}"#,
                true,
            ),
            (r#"{"x":1}"#, false),
            (r#"{"users":[],"x":7}"#, true),
            (r#"{"user":[{}],"userss":[{}],"users":[]}"#, true),
            (r#"{"\"users":1,"users\"":[{}],"":2,"users":[]}"#, true),
            (r#"{"\\":"\\","users":[]}"#, true),
            (r#"{}"#, false),
            (r#"{"users":[]} x"#, false),
            (r#"{"users"[]}"#, false),
            (r#"{"users":[]]}"#, false),
            (r#"{"x":,"users":[]}"#, false),
            (r#"{"x":],"users":[]}"#, false),
            (r#"{"x":},"users":[]}"#, false),
            (r#"{"x"::1,"users":[]}"#, false),
            (r#"{x:1,"users":[]}"#, false),
            (r#"{"x":"a","users":[]"#, false),
            ("\u{feff}\u{feff}{\"users\":[]}", false),
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
    fn the_first_byte_that_does_not_fit_is_shown() {
        for (body, unexpected) in [
            ("<html>", "<html>"),
            ("\u{feff}<html>", "<html>"),
            (r#"{"users":[{}x"#, "x"),
            (r#"{"users":[{},7]}"#, "7]}"),
            (r#"{"users":{}}"#, "{}}"),
            (r#"{"users":[],"users":[{}]}"#, "[{}]}"),
        ] {
            let mut splitter = UserSplitter::default();
            splitter.input().extend_from_slice(body.as_bytes());
            while splitter.next_user(|_, _| None).is_some() {}
            assert_eq!(splitter.unexpected(), Some(unexpected.as_bytes()), "{body}");
            assert_eq!(splitter.next_user(|_, _| None), None);
        }
        let mut splitter = UserSplitter::default();
        splitter.input().extend_from_slice(br#"{"users":[{}"#);
        assert_eq!(splitter.unexpected(), None);
    }

    #[test]
    fn a_caller_who_finds_the_end_of_a_user_is_not_asked_for_a_user_that_was_cut() {
        let mut splitter = UserSplitter::default();
        splitter.input().extend_from_slice(br#"{"users":[{"a":1},{"a":2},{"#);
        let mut starts = Vec::new();
        while let Some(user) = splitter.next_user(|bytes, start| {
            starts.push(start);
            bytes[start..]
                .iter()
                .position(|byte| *byte == b'}')
                .map(|length| start + length + 1)
        }) {
            assert!(user.is_read);
            assert_eq!(splitter.bytes()[user.range.start], b'{');
            assert_eq!(splitter.bytes()[user.range.end - 1], b'}');
        }
        assert_eq!(starts, [10, 18, 26]);
        let input = splitter.input();
        assert_eq!(input, b"{");
        input.extend_from_slice(br#""a":3},{}]}"#);
        let user = splitter.next_user(|_, _| panic!("this user was cut")).unwrap();
        assert_eq!(
            (&splitter.bytes()[user.range], user.is_read),
            (&br#"{"a":3}"#[..], false)
        );
        let user = splitter.next_user(|_, start| Some(start + 2)).unwrap();
        assert_eq!((user.range, user.is_read), (8..10, true));
        assert!(splitter.next_user(|_, _| None).is_none() && splitter.is_complete());
    }

    #[test]
    fn what_was_read_is_removed_from_the_buffer() {
        let mut splitter = UserSplitter::default();
        splitter.input().extend_from_slice(br#"{"count":1,"users":[{"a":1}"#);
        assert!(splitter.next_user(|_, _| None).is_some());
        assert_eq!(splitter.input().as_slice(), b"");
        splitter.input().extend_from_slice(br#" , {"a":"#);
        assert!(splitter.next_user(|_, _| None).is_none());
        assert_eq!(splitter.input().as_slice(), br#"{"a":"#);
    }

    #[test]
    fn a_backslash_after_a_user_does_not_escape_a_key() {
        // The backslash is the last of sixty-four bytes that begin with the user; the empty key follows.
        let body = format!(r#"{{"users":[{{}}],"":"{}\\","x":1}}"#, "a".repeat(63 - 8));
        assert_eq!(body.find('\\').map(|at| at - 10), Some(63));
        assert_eq!(users_of(body.as_bytes(), &[]), (vec!["{}".to_owned()], true));
    }

    #[test]
    fn deep_nesting_needs_no_stack() {
        let deep = ["{\"a\":".repeat(100_000), "1".into(), "}".repeat(100_000)].concat();
        let body = [r#"{"users":["#, &deep, "]}"].concat();
        assert_eq!(users_of(body.as_bytes(), &[77, 1000]).0, [deep]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn users_are_found_wherever_the_body_is_cut(users in proptest::collection::vec(object(), 0..4), pretty: bool, other in value(), first_cut in 0usize..7) {
            let json = serde_json::json!({"before": other, "users": users, "zafter": other});
            let body = if pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) }.unwrap();
            let whole = users_of(body.as_bytes(), &[]);
            prop_assert!(whole.1);
            let read: Vec<serde_json::Value> = whole.0.iter().map(|user| serde_json::from_str(user).unwrap()).collect();
            prop_assert_eq!(&read, &users);
            for cut in (first_cut..body.len()).step_by(7) {
                prop_assert_eq!(&users_of(body.as_bytes(), &[cut, (cut + 1).min(body.len())]), &whole);
            }
            let every: Vec<usize> = (0..body.len()).collect();
            prop_assert_eq!(&users_of(body.as_bytes(), &every), &whole);
        }
    }
}
