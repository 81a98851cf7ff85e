class DomoUsers {
  /** The package itself, started at first use. */
  static api() {
    if (!DomoUsers.started) {
      DomoUsers.started = DomoUsers.bundle();
    }
    return DomoUsers.started;
  }

  /** One call for this instance. A field left empty in the editor arrives as null or "". */
  static async call(name, ...args) {
    const given = args.map((value) => (DomoUsers.isFilled(value) ? value : undefined));
    try {
      return await DomoUsers.api()[name]({ codeengine: DomoUsers.engine() }, ...given);
    } catch (error) {
      throw DomoUsers.reworded(error);
    }
  }

  /** The same error with the names that the editor shows. */
  static reworded(error) {
    const said = error.message;
    if (error.code !== "INVALID_INPUT") return error;
    error.message = said
      .replace(/^id must/, "userId must")
      .replace(/^changes must be an array/, "plan must be an array")
      .replace(/^journal or cursor/, "cursor")
      .replace(/^(desired must be) .*?; got/, '$1 either {csv: "..."} or {users: [...]}; got');
    error.stack = String(error.stack).replace(said, () => error.message);
    return error;
  }

  static engine() {
    try {
      return require("codeengine");
    } catch (error) {
      const message = `This file runs in Domo Code Engine, whose module "codeengine" is not here (${error?.message})`;
      throw Object.assign(new Error(message), { name: "DomoError", code: "INVALID_CONFIG" });
    }
  }

  /** The fields that say something; what has none stays, to be refused. */
  static filled(fields) {
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
