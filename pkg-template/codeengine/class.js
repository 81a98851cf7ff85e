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
    return DomoUsers.api()[name]({ codeengine: DomoUsers.engine() }, ...given);
  }

  static engine() {
    try {
      return require("codeengine");
    } catch (error) {
      throw new Error(`This file runs in Domo Code Engine, whose module "codeengine" is not here (${error.message})`);
    }
  }

  /** The fields that say something. */
  static filled(fields) {
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
