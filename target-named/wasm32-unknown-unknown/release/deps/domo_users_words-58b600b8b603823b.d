/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/domo_users_words-58b600b8b603823b.d: scan/words/src/lib.rs scan/words/src/case.rs scan/words/src/damage.rs scan/words/src/email.rs scan/words/src/file_start.rs scan/words/src/iso_date.rs scan/words/src/names.rs scan/words/src/utf8_check.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libdomo_users_words-58b600b8b603823b.rlib: scan/words/src/lib.rs scan/words/src/case.rs scan/words/src/damage.rs scan/words/src/email.rs scan/words/src/file_start.rs scan/words/src/iso_date.rs scan/words/src/names.rs scan/words/src/utf8_check.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libdomo_users_words-58b600b8b603823b.rmeta: scan/words/src/lib.rs scan/words/src/case.rs scan/words/src/damage.rs scan/words/src/email.rs scan/words/src/file_start.rs scan/words/src/iso_date.rs scan/words/src/names.rs scan/words/src/utf8_check.rs

scan/words/src/lib.rs:
scan/words/src/case.rs:
scan/words/src/damage.rs:
scan/words/src/email.rs:
scan/words/src/file_start.rs:
scan/words/src/iso_date.rs:
scan/words/src/names.rs:
scan/words/src/utf8_check.rs:
