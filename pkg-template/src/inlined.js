// The module's bytes alone, for entries that read them only at first use.
export { source } from "domo-users:wasm";
