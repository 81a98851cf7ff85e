/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/domo_users_scan-89a3589ecb215751.d: scan/src/lib.rs scan/src/columns.rs scan/src/csv/mod.rs scan/src/csv/names_by_id.rs scan/src/csv/plain_rows.rs scan/src/csv/reader.rs scan/src/csv/record.rs scan/src/csv/separator.rs scan/src/csv/writer.rs scan/src/fold.rs scan/src/interner.rs scan/src/json/mod.rs scan/src/json/escapes.rs scan/src/json/field_extractor.rs scan/src/json/nesting.rs scan/src/json/reader.rs scan/src/json/shape_cache.rs scan/src/json/user_splitter.rs scan/src/json/value.rs scan/src/number.rs scan/src/rows/mod.rs scan/src/rows/cell.rs scan/src/rows/compare.rs scan/src/rows/encoding.rs scan/src/rows/key_index.rs scan/src/rows/row.rs scan/src/rows/store.rs scan/src/simd.rs scan/src/strings.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libdomo_users_scan-89a3589ecb215751.rlib: scan/src/lib.rs scan/src/columns.rs scan/src/csv/mod.rs scan/src/csv/names_by_id.rs scan/src/csv/plain_rows.rs scan/src/csv/reader.rs scan/src/csv/record.rs scan/src/csv/separator.rs scan/src/csv/writer.rs scan/src/fold.rs scan/src/interner.rs scan/src/json/mod.rs scan/src/json/escapes.rs scan/src/json/field_extractor.rs scan/src/json/nesting.rs scan/src/json/reader.rs scan/src/json/shape_cache.rs scan/src/json/user_splitter.rs scan/src/json/value.rs scan/src/number.rs scan/src/rows/mod.rs scan/src/rows/cell.rs scan/src/rows/compare.rs scan/src/rows/encoding.rs scan/src/rows/key_index.rs scan/src/rows/row.rs scan/src/rows/store.rs scan/src/simd.rs scan/src/strings.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libdomo_users_scan-89a3589ecb215751.rmeta: scan/src/lib.rs scan/src/columns.rs scan/src/csv/mod.rs scan/src/csv/names_by_id.rs scan/src/csv/plain_rows.rs scan/src/csv/reader.rs scan/src/csv/record.rs scan/src/csv/separator.rs scan/src/csv/writer.rs scan/src/fold.rs scan/src/interner.rs scan/src/json/mod.rs scan/src/json/escapes.rs scan/src/json/field_extractor.rs scan/src/json/nesting.rs scan/src/json/reader.rs scan/src/json/shape_cache.rs scan/src/json/user_splitter.rs scan/src/json/value.rs scan/src/number.rs scan/src/rows/mod.rs scan/src/rows/cell.rs scan/src/rows/compare.rs scan/src/rows/encoding.rs scan/src/rows/key_index.rs scan/src/rows/row.rs scan/src/rows/store.rs scan/src/simd.rs scan/src/strings.rs

scan/src/lib.rs:
scan/src/columns.rs:
scan/src/csv/mod.rs:
scan/src/csv/names_by_id.rs:
scan/src/csv/plain_rows.rs:
scan/src/csv/reader.rs:
scan/src/csv/record.rs:
scan/src/csv/separator.rs:
scan/src/csv/writer.rs:
scan/src/fold.rs:
scan/src/interner.rs:
scan/src/json/mod.rs:
scan/src/json/escapes.rs:
scan/src/json/field_extractor.rs:
scan/src/json/nesting.rs:
scan/src/json/reader.rs:
scan/src/json/shape_cache.rs:
scan/src/json/user_splitter.rs:
scan/src/json/value.rs:
scan/src/number.rs:
scan/src/rows/mod.rs:
scan/src/rows/cell.rs:
scan/src/rows/compare.rs:
scan/src/rows/encoding.rs:
scan/src/rows/key_index.rs:
scan/src/rows/row.rs:
scan/src/rows/store.rs:
scan/src/simd.rs:
scan/src/strings.rs:
