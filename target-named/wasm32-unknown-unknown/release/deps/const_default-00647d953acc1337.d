/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/const_default-00647d953acc1337.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-default-1.0.0/src/lib.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libconst_default-00647d953acc1337.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-default-1.0.0/src/lib.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libconst_default-00647d953acc1337.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-default-1.0.0/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-default-1.0.0/src/lib.rs:
