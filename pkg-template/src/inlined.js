// Only the bytes of the module, for entries that load them at first use.
export { source } from "domo-users:wasm";
