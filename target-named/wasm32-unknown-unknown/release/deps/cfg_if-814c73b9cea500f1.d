/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/cfg_if-814c73b9cea500f1.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cfg-if-1.0.5/src/lib.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libcfg_if-814c73b9cea500f1.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cfg-if-1.0.5/src/lib.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libcfg_if-814c73b9cea500f1.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cfg-if-1.0.5/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cfg-if-1.0.5/src/lib.rs:
