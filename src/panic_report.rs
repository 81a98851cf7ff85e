//! Describes a panic for a bug report, without any data of the caller.
//!
//! A message that was formatted at run time can quote a token or a person's data. A message that is a `&'static str` was written in source
//! code, so only such a message is kept. The location of a panic is always in source code.

use crate::joined::joined;
use std::panic::PanicHookInfo;

/// Returns the location of a panic, and its message if that is a `&'static str`, such as `src/user.rs:7:9: capacity overflow`.
#[must_use]
pub fn describe(panic: &PanicHookInfo<'_>) -> String {
    let location = panic.location().map(ToString::to_string);
    let message = panic.payload().downcast_ref::<&'static str>().copied();
    let parts: Vec<&str> = [location.as_deref(), message].into_iter().flatten().collect();
    joined(&parts, ": ")
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::panic;
    use std::sync::Once;

    use crate::panic_report::describe;

    thread_local! {
        /// `None` unless this thread records its panics.
        static RECORDED: RefCell<Option<String>> = const { RefCell::new(None) };
    }

    /// Runs `work`, which panics, and returns its description. Panics of other tests go to the previous hook.
    fn description_of(work: fn()) -> String {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let previous = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                let recorded = RECORDED.with_borrow_mut(|words| words.as_mut().map(|words| *words = describe(info)));
                if recorded.is_none() {
                    previous(info);
                }
            }));
        });
        RECORDED.set(Some(String::new()));
        assert!(panic::catch_unwind(work).is_err());
        RECORDED.take().unwrap()
    }

    #[test]
    fn a_static_message_follows_the_location() {
        let described = description_of(|| panic!("the message"));
        assert!(described.starts_with("src/panic_report.rs:"), "{described}");
        assert!(described.ends_with(": the message"), "{described}");
        assert_eq!(
            described.split(':').count(),
            4,
            "file, line, column, message: {described}"
        );
        assert!(description_of(|| panic::panic_any("any")).ends_with(": any"));
        let unwrapped = description_of(|| _ = std::hint::black_box(failed()).ok().unwrap());
        assert!(
            unwrapped.ends_with("called `Option::unwrap()` on a `None` value"),
            "{unwrapped}"
        );
    }

    fn failed() -> Result<u8, &'static str> {
        Err("secret-token")
    }

    #[test]
    fn a_message_that_could_quote_data_is_left_out() {
        let payloads: [fn(); 6] = [
            || panic!("{}", std::hint::black_box("secret-token")),
            || panic::panic_any(String::from("secret-token")),
            || panic::panic_any(7_u32),
            || _ = std::hint::black_box(failed()).unwrap(),
            || _ = std::hint::black_box(failed()).expect("a value"),
            || _ = &"secret-token"[..std::hint::black_box(99)],
        ];
        for payload in payloads {
            let described = description_of(payload);
            assert!(!described.contains("secret"), "{described}");
            assert_eq!(described.split(':').count(), 3, "file, line, column: {described}");
        }
    }
}
