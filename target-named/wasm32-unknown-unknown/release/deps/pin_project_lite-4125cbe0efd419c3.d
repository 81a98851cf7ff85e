/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/pin_project_lite-4125cbe0efd419c3.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.18/src/lib.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libpin_project_lite-4125cbe0efd419c3.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.18/src/lib.rs

/tmp/wt/cli/target-named/wasm32-unknown-unknown/release/deps/libpin_project_lite-4125cbe0efd419c3.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.18/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.18/src/lib.rs:
