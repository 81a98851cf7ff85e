/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/strsim-b66ea0184beac7fd.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/strsim-0.11.1/src/lib.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libstrsim-b66ea0184beac7fd.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/strsim-0.11.1/src/lib.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libstrsim-b66ea0184beac7fd.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/strsim-0.11.1/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/strsim-0.11.1/src/lib.rs:
