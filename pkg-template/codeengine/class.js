class DomoUsers {
  /** Returns the functions of the npm package, loaded at first use. */
  static api() {
    if (!DomoUsers.loaded) {
      DomoUsers.loaded = DomoUsers.bundle();
    }
    return DomoUsers.loaded;
  }

  /** Calls a function for this instance. A field left empty in the editor arrives as null or "". */
  static async call(name, ...args) {
    const filledArgs = args.map((value) => (DomoUsers.isFilled(value) ? value : undefined));
    try {
      return await DomoUsers.api()[name]({ codeengine: DomoUsers.engine() }, ...filledArgs);
    } catch (error) {
      throw DomoUsers.withEditorNames(error);
    }
  }

  /** Replaces names of parameters in an error message by the names that the editor shows. */
  static withEditorNames(error) {
    const original = error.message;
    if (error.code !== "INVALID_INPUT") return error;
    error.message = original
      .replace(/^id must/, "userId must")
      .replace(/^changes must be an array/, "plan must be an array")
      .replace(/^The journal or cursor/, "The cursor")
      .replace("an empty journal, or cursor: null", "no cursor")
      .replace(/^(desired must be) .*?; got/, '$1 either {csv: "..."} or {users: [...]}; got');
    error.stack = String(error.stack).replace(original, () => error.message);
    return error;
  }

  static engine() {
    try {
      return require("codeengine");
    } catch (error) {
      const message = `This file runs only in Domo Code Engine: its module "codeengine" was not found (${error?.message})`;
      throw Object.assign(new Error(message), { name: "DomoError", code: "INVALID_CONFIG" });
    }
  }

  /** Returns the fields that have a value. A value that is not an object is returned as it is, to be refused. */
  static filledFields(fields) {
    if (DomoUsers.isFilled(fields) && typeof fields !== "object") return fields;
    return Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => DomoUsers.isFilled(value)));
  }

  static isFilled(value) {
    return value !== undefined && value !== null && value !== "";
  }

  static bundle() {
    /* BUNDLE */
    return bundle;
  }
}
