//! Recognises bodies that are not JSON: web pages, such as a log-in page that a proxy sends in place of the API, and other content types.

/// Whether a body is a web page instead of a response of the API.
#[must_use]
pub fn is_html(body: &str) -> bool {
    let start = body.trim_start_matches('\u{feff}').trim_start();
    ["<!doctype html", "<html", "<head", "<body", "<?xml", "<!--"]
        .iter()
        .any(|tag| start.get(..tag.len()).is_some_and(|s| s.eq_ignore_ascii_case(tag)))
}

/// Whether a `Content-Type` names something other than JSON. JSON is `application/json`, and others such as `application/problem+json`.
#[must_use]
pub fn is_other_content_type(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    !media_type.is_empty() && !media_type.to_ascii_lowercase().ends_with("json")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn json_has_several_content_types() {
        for json in [
            "",
            " ",
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/problem+json",
            ";x",
        ] {
            assert!(!is_other_content_type(json), "{json}");
        }
        for other in [
            "text/plain",
            "text/csv; header=present",
            "application/json-seq",
            "image/png",
        ] {
            assert!(is_other_content_type(other), "{other}");
        }
    }

    #[test]
    fn a_web_page_begins_with_one_of_six_tags_in_any_case() {
        for page in [
            "\u{feff} \n<!DOCTYPE html><title>Domo</title>",
            "<HTML lang=en>",
            "<head>",
            "<Body>",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><!DOCTYPE html>",
            "<!-- gateway --><html>",
        ] {
            assert!(is_html(page), "{page}");
        }
        for other in ["{\"users\":[]}", "<é", "", "<title>", "text <html>"] {
            assert!(!is_html(other), "{other}");
        }
    }
}
