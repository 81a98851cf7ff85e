// What the Code Engine file carries inside its class.
export * from "../src/api.js";
