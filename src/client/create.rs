//! Decides whether a create without a clear response has created the user, from a look-up by e-mail.
//!
//! A create is sent again only if the response proves that nothing was created (429, or 503 with `Retry-After`: see [`retry`](crate::http::retry)). A run that
//! resumes sends it again if the failure proved the same, or if no user has the address (see `apply::resume`).

use crate::client::update_check;
use crate::error::{Code, DomoError};
use crate::value::Value;

/// Why a create needs a look-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ambiguity {
    /// 409, or a 400: the user may exist already.
    EmailTaken,
    /// The create may have succeeded: there was no response, or a response that does not show it.
    NoResponse,
    /// A 2xx without a user.
    InvalidResponse,
}

impl Ambiguity {
    /// Returns why a failed create needs a look-up; `None` if the create cannot have succeeded.
    #[must_use]
    pub fn of(error: &DomoError, may_have_applied: bool) -> Option<Self> {
        match error.status {
            Some(400 | 409) => Some(Ambiguity::EmailTaken),
            _ if may_have_applied => Some(Ambiguity::NoResponse),
            _ => None,
        }
    }
}

/// Who has the e-mail address of the user to be created.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EmailOwner {
    /// A user like the one to be created.
    SameUser,
    /// A user with other values.
    OtherUser,
    /// Nobody, as far as the instance shows: a search may lag behind, and the create may still be in progress.
    Nobody,
    /// Unknown: the look-up failed, or the user in its response has too few fields.
    Unknown,
}

impl EmailOwner {
    /// Compares the user that a look-up found with the user to be created.
    #[must_use]
    pub fn of(found: Option<&Value>, desired: &Value) -> Self {
        match found {
            None | Some(Value::Undefined) => EmailOwner::Nobody,
            Some(found) if update_check::mismatch(desired, found).is_some() => EmailOwner::OtherUser,
            Some(found) if update_check::field_of(found, "displayName").is_none() => EmailOwner::Unknown,
            Some(_) => EmailOwner::SameUser,
        }
    }
}

/// How an ambiguous create ends for the caller.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resolution {
    /// The create succeeded: the caller gets the user that the look-up found.
    Created,
    /// `CONFLICT`, with the user that the look-up found, if any.
    Conflict,
    /// `OUTCOME_UNKNOWN`.
    OutcomeUnknown,
    /// The error of the create, unchanged.
    OriginalError,
}

/// Decides how an ambiguous create ends. An e-mail address belongs to one user: if another user has it, the create has failed.
#[must_use]
pub fn resolve(ambiguity: Ambiguity, owner: EmailOwner) -> Resolution {
    match (ambiguity, owner) {
        (_, EmailOwner::OtherUser) | (Ambiguity::EmailTaken, EmailOwner::SameUser) => Resolution::Conflict,
        (_, EmailOwner::SameUser) => Resolution::Created,
        (Ambiguity::NoResponse, EmailOwner::Nobody | EmailOwner::Unknown) => Resolution::OutcomeUnknown,
        // The error of an invalid response says itself that the outcome is unknown: see `OUTCOME_NOTE`.
        (Ambiguity::EmailTaken | Ambiguity::InvalidResponse, EmailOwner::Nobody | EmailOwner::Unknown) => {
            Resolution::OriginalError
        }
    }
}

/// Turns the error of a create into `CONFLICT`. `is_deleted` says that the user who has the address is deleted.
pub fn set_conflict(error: &mut DomoError, ambiguity: Ambiguity, is_deleted: bool) {
    let message = match ambiguity {
        Ambiguity::EmailTaken if is_deleted => {
            "The instance refused the create: a deleted user has this e-mail address (see error.existingDeleted). Create this one with another \
             address"
        }
        Ambiguity::EmailTaken => {
            "The instance refused the create: another user has this e-mail address already (see error.existing). Update that user, or create \
             this one with another address"
        }
        Ambiguity::NoResponse | Ambiguity::InvalidResponse => {
            "No response showed whether the user was created: another user has this e-mail address already (see error.existing). Update that \
             user, or create this one with another address"
        }
    };
    error.code = Code::Conflict;
    error.message = format!("{message}{}", error.toe_note());
}

/// Turns the error of a create into `OUTCOME_UNKNOWN`. `owner` is the result of the look-up.
pub fn set_outcome_unknown(error: &mut DomoError, owner: EmailOwner) {
    let cause = match (error.code, error.status) {
        (Code::Timeout, _) => "no response arrived within the time limit".to_owned(),
        (_, Some(status)) => format!("the instance returned {status}"),
        _ => "the connection failed before a response arrived".to_owned(),
    };
    let look_up = match owner {
        EmailOwner::Unknown => "the look-up by e-mail failed, too",
        _ => "no user with this e-mail address is visible yet",
    };
    error.message = format!(
        "The user may or may not have been created: {cause}, and {look_up}. Look the address up again later before you create the user \
         again{}",
        error.toe_note()
    );
    error.code = Code::OutcomeUnknown;
}

/// Appended to the error of a 2xx without a user, if the look-up finds no user either.
pub const OUTCOME_NOTE: &str =
    ". It is unknown whether the user was created: look the e-mail address up before you create the user again";

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    const AMBIGUITIES: [Ambiguity; 3] = [Ambiguity::EmailTaken, Ambiguity::NoResponse, Ambiguity::InvalidResponse];

    fn error(status: Option<u16>) -> DomoError {
        let mut error = DomoError::new(Code::Network, "x");
        error.status = status;
        error
    }

    #[test]
    fn a_failed_create_that_may_have_succeeded_needs_a_look_up() {
        for (status, may_have_applied, ambiguity) in [
            (Some(409), false, Some(Ambiguity::EmailTaken)),
            (Some(400), false, Some(Ambiguity::EmailTaken)),
            (Some(500), true, Some(Ambiguity::NoResponse)),
            (None, true, Some(Ambiguity::NoResponse)),
            (None, false, None),
            (Some(401), false, None),
            (Some(429), false, None),
        ] {
            assert_eq!(Ambiguity::of(&error(status), may_have_applied), ambiguity, "{status:?}");
        }
    }

    #[test]
    fn a_create_without_a_response_has_succeeded_only_if_the_same_user_is_found() {
        for ambiguity in AMBIGUITIES {
            for owner in [
                EmailOwner::SameUser,
                EmailOwner::OtherUser,
                EmailOwner::Nobody,
                EmailOwner::Unknown,
            ] {
                let created = owner == EmailOwner::SameUser && ambiguity != Ambiguity::EmailTaken;
                assert_eq!(
                    resolve(ambiguity, owner) == Resolution::Created,
                    created,
                    "{ambiguity:?} {owner:?}"
                );
            }
            assert_eq!(resolve(ambiguity, EmailOwner::OtherUser), Resolution::Conflict);
        }
        assert_eq!(
            resolve(Ambiguity::EmailTaken, EmailOwner::SameUser),
            Resolution::Conflict
        );
        assert_eq!(
            resolve(Ambiguity::NoResponse, EmailOwner::Nobody),
            Resolution::OutcomeUnknown
        );
        assert_eq!(
            resolve(Ambiguity::NoResponse, EmailOwner::Unknown),
            Resolution::OutcomeUnknown
        );
        for ambiguity in [Ambiguity::EmailTaken, Ambiguity::InvalidResponse] {
            for owner in [EmailOwner::Nobody, EmailOwner::Unknown] {
                assert_eq!(resolve(ambiguity, owner), Resolution::OriginalError);
            }
        }
    }

    #[test]
    fn the_owner_of_an_address_is_compared_by_its_fields() {
        let desired = Value::from_json(r#"{"displayName":"Jane Doe","emailAddress":"j@x.co","roleId":4}"#);
        let found = |json: &str| EmailOwner::of(Some(&Value::from_json(json)), &desired);
        assert_eq!(
            found(r#"{"id":7,"displayName":"Jane Doe","roleId":"4","emailAddress":"J@x.co"}"#),
            EmailOwner::SameUser
        );
        assert_eq!(found(r#"{"id":7,"displayName":"Jane Doe"}"#), EmailOwner::SameUser);
        assert_eq!(
            found(r#"{"id":7,"displayName":"Jane Doe","emailAddress":"\u200bj@x.co\ufeff"}"#),
            EmailOwner::SameUser
        );
        assert_eq!(found(r#"{"id":7,"emailAddress":"j@x.co"}"#), EmailOwner::Unknown);
        assert_eq!(found(r#"{"id":7,"displayName":"Jim Doe"}"#), EmailOwner::OtherUser);
        assert_eq!(found(r#"{"id":7,"roleId":5}"#), EmailOwner::OtherUser);
        assert_eq!(EmailOwner::of(None, &desired), EmailOwner::Nobody);
        assert_eq!(EmailOwner::of(Some(&Value::Undefined), &desired), EmailOwner::Nobody);
    }

    #[test]
    fn the_messages_say_what_happened_and_what_to_do() {
        let mut lost = error(Some(502));
        lost.toe = Some("T-1".to_owned());
        set_outcome_unknown(&mut lost, EmailOwner::Nobody);
        assert_eq!(lost.code, Code::OutcomeUnknown);
        assert_eq!(
            lost.message,
            "The user may or may not have been created: the instance returned 502, and no user with this e-mail address is visible yet. \
             Look the address up again later before you create the user again (toe T-1, for Domo's support)"
        );
        set_conflict(&mut lost, Ambiguity::EmailTaken, false);
        assert_eq!(lost.code, Code::Conflict);
        assert_eq!(
            lost.message,
            "The instance refused the create: another user has this e-mail address already (see error.existing). Update that user, or create \
             this one with another address (toe T-1, for Domo's support)"
        );
        set_conflict(&mut lost, Ambiguity::NoResponse, false);
        assert!(
            lost.message
                .starts_with("No response showed whether the user was created: another user")
        );
        let mut refused = error(Some(400));
        refused.toe = Some("T-2".to_owned());
        set_conflict(&mut refused, Ambiguity::EmailTaken, true);
        assert_eq!(refused.code, Code::Conflict);
        assert!(
            refused
                .message
                .contains("a deleted user has this e-mail address (see error.existingDeleted)")
        );
        assert!(refused.message.ends_with("(toe T-2, for Domo's support)"));
        let mut timeout = DomoError::new(Code::Timeout, "x");
        timeout.status = Some(200);
        set_outcome_unknown(&mut timeout, EmailOwner::Unknown);
        assert_eq!(
            timeout.message,
            "The user may or may not have been created: no response arrived within the time limit, and the look-up by e-mail failed, too. \
             Look the address up again later before you create the user again"
        );
        let mut network = error(None);
        set_outcome_unknown(&mut network, EmailOwner::Nobody);
        assert!(
            network
                .message
                .contains("created: the connection failed before a response arrived, and no user")
        );
    }
}
