//! Whether a step that an earlier run started has taken effect, and how a change ends if one of its requests fails.

use crate::apply::schedule::Outcome;
use crate::apply::steps::Step;
use crate::client::create::EmailOwner;
use crate::client::update_check;
use crate::error::{Code, DomoError};
use crate::http::attempts::FailureState;
use crate::http::error_response::is_success;
use crate::value::Value;

/// Whether a step that an earlier run began has taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlierEffect {
    /// It has, so it is not sent again.
    Applied,
    /// It has not, so it is sent.
    NotApplied,
    /// Another user has the e-mail address.
    Conflict,
}

/// Compares a step with the user whom a look-up has found, or with `None` if it found nobody.
#[must_use]
pub fn earlier_effect(step: Step, body: &Value, user: Option<&Value>) -> EarlierEffect {
    let is_applied = match step {
        Step::Delete => user.is_none(),
        Step::Create => match EmailOwner::of(user, body) {
            EmailOwner::SameUser => true,
            EmailOwner::Nobody => false,
            EmailOwner::OtherUser | EmailOwner::Unknown => return EarlierEffect::Conflict,
        },
        Step::Then | Step::Update | Step::Manage | Step::GiveUp => {
            user.is_some_and(|user| update_check::matches(body, user))
        }
    };
    match is_applied {
        true => EarlierEffect::Applied,
        false => EarlierEffect::NotApplied,
    }
}

/// Whether a failed request proves that it had no effect: then no later run has to look.
#[must_use]
pub fn had_no_effect(error: &DomoError, state: FailureState) -> bool {
    !state.may_have_applied && !error.status.is_some_and(is_success)
}

/// A failed change, as far as its outcome depends on it.
#[derive(Clone, Copy, Debug)]
pub struct FailedChange<'a> {
    /// Why it failed.
    pub error: &'a DomoError,
    /// What is known of the request.
    pub state: FailureState,
    /// Whether an earlier run began the step that failed.
    pub was_begun: bool,
    /// Whether the run has a journal; without one it may have a cursor.
    pub has_journal: bool,
}

/// How a failed change ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was not sent, so it is skipped without an error.
    NotSent,
    /// It is skipped, and a later run sends it.
    Skipped,
    /// It failed.
    Failed,
    /// It was interrupted for the second time, and the run has no journal, so it counts as failed. Otherwise a request that never gets a response would keep
    /// the runs of a cursor from reaching the end of the plan.
    InterruptedTwice,
}

impl Ending {
    /// Returns the outcome of the change in this run.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Ending::NotSent | Ending::Skipped => Outcome::Skipped,
            Ending::Failed | Ending::InterruptedTwice => Outcome::Failed,
        }
    }
}

/// Decides how a failed change ends. A rate limit is no failure: what it kept from being sent is skipped.
#[must_use]
pub fn ending(failed: &FailedChange<'_>) -> Ending {
    let is_unsent = failed.error.attempts.is_none();
    if is_unsent && matches!(failed.error.code, Code::Timeout | Code::RateLimited) {
        Ending::NotSent
    } else if failed.state.is_rate_limited {
        Ending::Skipped
    } else if failed.state.interrupted {
        match failed.was_begun && !failed.has_journal {
            true => Ending::InterruptedTwice,
            false => Ending::Skipped,
        }
    } else {
        Ending::Failed
    }
}

/// Completes the error of a change that was interrupted twice. That of a deadline is replaced, since it advises to apply the plan again with its cursor.
pub fn complete_interrupted_twice(error: &mut DomoError) {
    if error.code == Code::Timeout {
        error.message = "There was no whole response before the deadline".to_owned();
    }
    error.message.push_str(INTERRUPTED_TWICE);
}

const INTERRUPTED_TWICE: &str = " (it was interrupted in an earlier run too, and with a cursor there is no third try: look at the user, and plan again with more time)";

/// Returns the error of a change that an earlier run may have carried out. `is_final` says that no later run looks whether it did.
#[must_use]
pub fn unfinished(is_final: bool) -> DomoError {
    DomoError::new(
        Code::OutcomeUnknown,
        match is_final {
            true => "An earlier run may have carried out this change. Look at the user, and plan again",
            false => {
                "An earlier run may have carried out this change. Apply the same plan again with its journal or cursor to find out"
            }
        },
    )
}

/// How often an update is sent again if its manager was just created: the instance may need a moment before it accepts a new user as a manager.
const MANAGER_RETRIES: u32 = 6;
/// The delay before the first of these retries, in milliseconds. It doubles with each.
const FIRST_MANAGER_DELAY_MS: f64 = 250.0;

/// Returns the delay in milliseconds before an update whose manager was just created is sent again; `None` after the last retry.
#[must_use]
pub fn manager_delay_ms(retries: u32) -> Option<f64> {
    (retries < MANAGER_RETRIES).then(|| FIRST_MANAGER_DELAY_MS * f64::from(1_u32 << retries))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        Value::from_json(json)
    }

    #[test]
    fn a_delete_has_taken_effect_if_the_user_is_gone() {
        assert_eq!(
            earlier_effect(Step::Delete, &Value::Undefined, None),
            EarlierEffect::Applied
        );
        let user = value(r#"{"id":7}"#);
        assert_eq!(
            earlier_effect(Step::Delete, &Value::Undefined, Some(&user)),
            EarlierEffect::NotApplied
        );
    }

    #[test]
    fn a_create_has_taken_effect_if_the_user_is_as_created() {
        let body = value(r#"{"displayName":"Ada","emailAddress":"ada@x.co","roleId":4}"#);
        let same = value(r#"{"id":7,"displayName":"Ada","emailAddress":"ADA@x.co","roleId":4}"#);
        let other = value(r#"{"id":7,"displayName":"Bob","emailAddress":"ada@x.co","roleId":4}"#);
        let unclear = value(r#"{"id":7,"emailAddress":"ada@x.co"}"#);
        assert_eq!(earlier_effect(Step::Create, &body, None), EarlierEffect::NotApplied);
        assert_eq!(earlier_effect(Step::Create, &body, Some(&same)), EarlierEffect::Applied);
        assert_eq!(
            earlier_effect(Step::Create, &body, Some(&other)),
            EarlierEffect::Conflict
        );
        assert_eq!(
            earlier_effect(Step::Create, &body, Some(&unclear)),
            EarlierEffect::Conflict
        );
    }

    #[test]
    fn an_update_has_taken_effect_if_the_user_holds_its_values() {
        let body = value(r#"{"attributes":[{"key":"title","values":["CEO"]}]}"#);
        let user = value(r#"{"id":7,"attributes":[{"key":"title","values":["CEO"]}]}"#);
        let before = value(r#"{"id":7,"attributes":[{"key":"title","values":["CTO"]}]}"#);
        for step in [Step::Then, Step::Update, Step::Manage] {
            assert_eq!(earlier_effect(step, &body, Some(&user)), EarlierEffect::Applied);
            assert_eq!(earlier_effect(step, &body, Some(&before)), EarlierEffect::NotApplied);
            assert_eq!(earlier_effect(step, &body, None), EarlierEffect::NotApplied);
        }
    }

    fn failed(code: Code, status: Option<u16>) -> DomoError {
        let mut error = DomoError::new(code, "");
        error.status = status;
        error.attempts = Some(1);
        error
    }

    #[test]
    fn a_request_without_effect_was_refused_or_never_sent() {
        let refused = failed(Code::RequestRejected, Some(400));
        let unreadable = failed(Code::BadResponse, Some(200));
        let unclear = FailureState {
            may_have_applied: true,
            ..FailureState::default()
        };
        assert!(had_no_effect(&refused, FailureState::default()));
        assert!(had_no_effect(&failed(Code::Network, None), FailureState::default()));
        assert!(!had_no_effect(&refused, unclear));
        assert!(!had_no_effect(&unreadable, FailureState::default()));
    }

    fn ending_of(error: &DomoError, state: FailureState, was_begun: bool, has_journal: bool) -> Ending {
        ending(&FailedChange {
            error,
            state,
            was_begun,
            has_journal,
        })
    }

    #[test]
    fn what_the_end_of_the_run_prevented_is_skipped() {
        let error = failed(Code::Timeout, None);
        let mut unsent = error.clone();
        unsent.attempts = None;
        let interrupted = FailureState {
            interrupted: true,
            ..FailureState::default()
        };
        let limited = FailureState {
            is_rate_limited: true,
            interrupted: true,
            ..FailureState::default()
        };
        let none = FailureState::default();
        assert_eq!(ending_of(&error, none, false, false), Ending::Failed);
        assert_eq!(ending_of(&unsent, none, false, false), Ending::NotSent);
        let mut held_back = failed(Code::RateLimited, Some(429));
        assert_eq!(ending_of(&held_back, none, false, false), Ending::Failed);
        held_back.attempts = None;
        assert_eq!(ending_of(&held_back, none, false, false), Ending::NotSent);
        let mut config = failed(Code::InvalidConfig, None);
        config.attempts = None;
        assert_eq!(ending_of(&config, none, false, false), Ending::Failed);
        assert_eq!(ending_of(&error, interrupted, false, false), Ending::Skipped);
        assert_eq!(ending_of(&error, interrupted, true, true), Ending::Skipped);
        assert_eq!(ending_of(&error, interrupted, true, false), Ending::InterruptedTwice);
        assert_eq!(ending_of(&error, limited, true, false), Ending::Skipped);
        assert_eq!(Ending::NotSent.outcome(), Outcome::Skipped);
        assert_eq!(Ending::Skipped.outcome(), Outcome::Skipped);
        assert_eq!(Ending::Failed.outcome(), Outcome::Failed);
        assert_eq!(Ending::InterruptedTwice.outcome(), Outcome::Failed);
    }

    #[test]
    fn a_message_promises_a_later_run_only_if_there_is_one() {
        for (code, begins) in [(Code::Timeout, "There was"), (Code::OutcomeUnknown, "x (it")] {
            let mut error = DomoError::new(code, "x");
            complete_interrupted_twice(&mut error);
            assert!(error.message.starts_with(begins) && error.message.ends_with(INTERRUPTED_TWICE));
        }
        assert!(unfinished(false).message.contains("with its journal or cursor"));
        assert!(unfinished(true).message.ends_with("Look at the user, and plan again"));
    }

    #[test]
    fn an_update_waits_up_to_16_seconds_for_a_new_manager() {
        let delays: Vec<f64> = (0..).map_while(manager_delay_ms).collect();
        assert_eq!(delays, [250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0]);
    }
}
