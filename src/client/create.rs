//! What became of a create whose own answer does not tell: decided after a look-up by e-mail, never by a second create.

use crate::client::update_check;
use crate::error::{Code, DomoError};
use crate::text::{digits, join};
use crate::value::Value;

/// Why a create needs a look-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ambiguity {
    /// 409, or a 400, which may mean that the user exists.
    Taken,
    /// It may have happened: its answer was lost, or does not say.
    Lost,
    /// A 2xx that is no user.
    Unreadable,
}

impl Ambiguity {
    /// The doubt that an error leaves; `None` where nothing can have happened.
    #[must_use]
    pub fn of(error: &DomoError, may_have_applied: bool) -> Option<Self> {
        match error.status {
            Some(400 | 409) => Some(Ambiguity::Taken),
            _ if may_have_applied => Some(Ambiguity::Lost),
            _ => None,
        }
    }
}

/// Who has the e-mail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found {
    /// A user just as the one to be created.
    Same,
    /// Another user.
    Other,
    /// Nobody, as far as can be seen: a search may lag behind, and the create may still be under way.
    Nobody,
    /// The look-up failed, or shows too little.
    Unknown,
}

impl Found {
    /// Compares who was found with who was to be created.
    #[must_use]
    pub fn of(found: Option<&Value>, wanted: &Value) -> Self {
        match found {
            None | Some(Value::Undefined) => Found::Nobody,
            Some(found) if update_check::mismatch(wanted, found).is_some() => Found::Other,
            Some(found) if update_check::shown(found, "displayName").is_none() => Found::Unknown, // it shows too little
            Some(_) => Found::Same,
        }
    }
}

/// What the caller gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resolution {
    /// The user that was found: the create happened.
    Done,
    /// `CONFLICT`, with the user that was found, if any.
    Conflict,
    /// `OUTCOME_UNKNOWN`.
    Unknown,
    /// The failure as it was.
    Stands,
}

/// Decides. Two users never have one e-mail: where another has it, ours cannot have been created.
#[must_use]
pub fn verdict(doubt: Ambiguity, found: Found) -> Resolution {
    match (doubt, found) {
        (Ambiguity::Taken, Found::Same | Found::Other) | (Ambiguity::Lost | Ambiguity::Unreadable, Found::Other) => {
            Resolution::Conflict
        }
        (Ambiguity::Lost | Ambiguity::Unreadable, Found::Same) => Resolution::Done,
        (Ambiguity::Lost, Found::Nobody | Found::Unknown) => Resolution::Unknown,
        // A 2xx that says nothing stays what it is; its message says that the outcome is not known.
        (Ambiguity::Taken | Ambiguity::Unreadable, Found::Nobody | Found::Unknown) => Resolution::Stands,
    }
}

/// Makes `CONFLICT` of the failure of a create.
pub fn conflict(error: &mut DomoError, doubt: Ambiguity) {
    error.code = Code::Conflict;
    let what = match doubt {
        Ambiguity::Taken => "The instance refused the create",
        Ambiguity::Lost | Ambiguity::Unreadable => "No answer told whether the user was created",
    };
    error.message = join(&[
        what,
        ": another user has this e-mail address already (see error.existing). Update that user, or create this one with another address",
        &trace(error),
    ]);
}

/// Makes `OUTCOME_UNKNOWN` of the failure of a create.
pub fn unknown(error: &mut DomoError, found: Found) {
    let what = match (error.code, error.status) {
        (Code::Timeout, _) => "the time limit ended the wait for its answer".to_owned(),
        (_, Some(status)) => join(&["it was answered ", &digits(u64::from(status))]),
        _ => "the connection brought no answer to it".to_owned(),
    };
    let looked = match found {
        Found::Unknown => "the look-up by e-mail failed too",
        _ => "no user with this e-mail address is to be seen yet",
    };
    error.message = join(&[
        "The user may or may not have been created: ",
        &what,
        ", and ",
        looked,
        ". Look the address up again in a while before you create it again",
        &trace(error),
    ]);
    error.code = Code::OutcomeUnknown;
}

/// Said of a 2xx that is no user and after which none is found.
pub const UNREADABLE: &str =
    ". Whether the user was created is not known: look the e-mail address up before you create it again";

fn trace(error: &DomoError) -> String {
    match &error.toe {
        Some(toe) => join(&[" (toe ", toe, ", for Domo's support)"]),
        None => String::new(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    const DOUBTS: [Ambiguity; 3] = [Ambiguity::Taken, Ambiguity::Lost, Ambiguity::Unreadable];

    fn error(status: Option<u16>) -> DomoError {
        let mut error = DomoError::new(Code::Network, "x");
        error.status = status;
        error
    }

    #[test]
    fn which_failures_leave_a_doubt() {
        for (status, may_have_applied, doubt) in [
            (Some(409), false, Some(Ambiguity::Taken)),
            (Some(400), false, Some(Ambiguity::Taken)),
            (Some(500), true, Some(Ambiguity::Lost)),
            (None, true, Some(Ambiguity::Lost)),
            (None, false, None),
            (Some(401), false, None),
            (Some(429), false, None),
        ] {
            assert_eq!(Ambiguity::of(&error(status), may_have_applied), doubt, "{status:?}");
        }
    }

    #[test]
    fn a_lost_create_is_done_only_where_just_that_user_is_found() {
        for doubt in DOUBTS {
            for found in [Found::Same, Found::Other, Found::Nobody, Found::Unknown] {
                let done = found == Found::Same && doubt != Ambiguity::Taken;
                assert_eq!(verdict(doubt, found) == Resolution::Done, done, "{doubt:?} {found:?}");
            }
            assert_eq!(verdict(doubt, Found::Other), Resolution::Conflict);
        }
        assert_eq!(verdict(Ambiguity::Taken, Found::Same), Resolution::Conflict);
        assert_eq!(verdict(Ambiguity::Lost, Found::Nobody), Resolution::Unknown);
        assert_eq!(verdict(Ambiguity::Lost, Found::Unknown), Resolution::Unknown);
        assert_eq!(verdict(Ambiguity::Taken, Found::Nobody), Resolution::Stands);
    }

    #[test]
    fn another_user_is_one_who_shows_something_else() {
        let wanted = Value::from_json(r#"{"displayName":"Jane Doe","emailAddress":"j@x.co","roleId":4}"#);
        let found = |json: &str| Found::of(Some(&Value::from_json(json)), &wanted);
        assert_eq!(
            found(r#"{"id":7,"displayName":"Jane Doe","roleId":"4","emailAddress":"J@x.co"}"#),
            Found::Same
        );
        assert_eq!(found(r#"{"id":7,"displayName":"Jane Doe"}"#), Found::Same);
        assert_eq!(
            found(r#"{"id":7,"displayName":"Jane Doe","emailAddress":"\u200bj@x.co\ufeff"}"#),
            Found::Same
        );
        assert_eq!(found(r#"{"id":7,"emailAddress":"j@x.co"}"#), Found::Unknown);
        assert_eq!(found(r#"{"id":7,"displayName":"Jim Doe"}"#), Found::Other);
        assert_eq!(found(r#"{"id":7,"roleId":5}"#), Found::Other);
        assert_eq!(Found::of(None, &wanted), Found::Nobody);
    }

    #[test]
    fn the_messages_say_what_to_do() {
        let mut lost = error(Some(502));
        lost.toe = Some("T-1".to_owned());
        unknown(&mut lost, Found::Nobody);
        assert_eq!(lost.code, Code::OutcomeUnknown);
        assert_eq!(
            lost.message,
            "The user may or may not have been created: it was answered 502, and no user with this e-mail address is to be seen yet. \
             Look the address up again in a while before you create it again (toe T-1, for Domo's support)"
        );
        conflict(&mut lost, Ambiguity::Taken);
        assert_eq!(lost.code, Code::Conflict);
        assert!(lost.message.contains("existing") && lost.message.ends_with("(toe T-1, for Domo's support)"));
    }
}
