//! Recognises web pages, such as a log-in page that a proxy sends in place of the API.

/// Whether a body is a web page instead of a response of the API.
#[must_use]
pub fn is_html(body: &str) -> bool {
    let start = body.trim_start_matches('\u{feff}').trim_start();
    ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|tag| start.get(..tag.len()).is_some_and(|s| s.eq_ignore_ascii_case(tag)))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_begins_with_one_of_four_tags_in_any_case() {
        for page in [
            "\u{feff} \n<!DOCTYPE html><title>Domo</title>",
            "<HTML lang=en>",
            "<head>",
            "<Body>",
        ] {
            assert!(is_html(page), "{page}");
        }
        for other in ["{\"users\":[]}", "<é", "", "<title>", "text <html>"] {
            assert!(!is_html(other), "{other}");
        }
    }
}
