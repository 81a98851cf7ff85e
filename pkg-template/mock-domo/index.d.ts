/** An instance of Domo in memory, as strict as Domo's documentation: for demos and for your own tests. */
import type { User } from "../index.js";

export interface MockOptions {
  /** How many realistic users to make, or the users themselves (they are copied). Default 1000. */
  users?: number | User[];
  /** The only token that is right. Default: any that is not blank. */
  developerToken?: string;
  /** The ids of the roles that exist. Default 1 to 5. */
  roles?: number[];
  /** Faults from the start; see `addFault`. */
  faults?: Fault[];
  /** Same seed, same users and ids. Default 1. */
  seed?: number;
  /** What real instances were seen to do, beyond the documentation. Default: nothing of it. */
  oddities?: Oddities;
}

/** What real instances were seen to do. */
export interface Oddities {
  /** Answer to an unknown id: 404 with JSON (default), 404 with text, 200 with an empty body, 200 with `{"users": []}`. */
  unknownUser?: "json" | "text" | "empty" | "emptyList";
  /** Status for a taken e-mail on create. Default 409. */
  takenEmail?: 409 | 400;
  /** Every call is answered by: a log-in page with 200, "Domo - Blocked" with 403, a 303, or a page with 406. */
  blocked?: "login" | "page" | "redirect" | "notAcceptable";
  /** "attributes": a documented top-level update is answered 200 but changes nothing. Default "documented". */
  updates?: "documented" | "attributes";
  /** Ids of answers as numbers (default) or text. */
  ids?: "number" | "text";
  /** Bodies of errors: JSON (default) or plain text. */
  errors?: "json" | "text";
  /** false: search answers never hold `count`. Default true, where it was asked for. */
  searchCount?: boolean;
  /** So many writes must pass until a new user may be someone's manager. Default 0. */
  managerDelay?: number;
}

/** Something that goes wrong, once or `times` times. */
export interface Fault {
  /** Only this method. Default: any. */
  method?: string;
  /** Only this path, without query; or a pattern for the path with its query. Default: any. */
  path?: string | RegExp;
  /** How often. Default 1. */
  times?: number;
  /** Answer with this status instead. */
  status?: number;
  /** Headers of the answer. */
  headers?: Record<string, string>;
  /** Body of the answer instead. */
  body?: string;
  /** Wait so many milliseconds first. */
  delayMs?: number;
  /** No answer: the connection breaks. */
  drop?: boolean;
  /** The call has its effect all the same, before the fault. */
  afterEffect?: boolean;
  /** The body breaks off after so many bytes. */
  cutBodyAt?: number;
  /** Never answers, until the caller gives up. */
  stall?: boolean;
}

/** How Code Engine's `sendRequest` reports a failure: in which field, or as a "success" that holds the error's body. */
export type CodeEngineFailures = "response" | "status" | "statusCode" | "code" | "message" | "string" | "success";

/** Makes an instance. Throws a TypeError that names the option where one is wrong. */
export function mockDomo(options?: MockOptions): {
  /** Hand it to `DomoConfig.fetch`. */
  fetch: typeof globalThis.fetch;
  /** The users by id, live: look, change, add, remove. */
  users: Map<number, User>;
  /** Every call so far, in order; `path` with its query, `status` 0 where no answer was given. */
  requests: Array<{ method: string; path: string; status: number }>;
  /** Plans a fault; the first one that fits a call is used. */
  addFault(fault: Fault): void;
  /** Serves it on 127.0.0.1 (Node, Deno, Bun), with CORS open; `port` 0, the default, takes a free one. */
  listen(port?: number): Promise<{ baseUrl: string; close(): Promise<void> }>;
  /** Code Engine's module before this instance, for `DomoConfig.codeengine`. Default failures: "response", as axios does. */
  codeengine(how?: { failures?: CodeEngineFailures }): {
    sendRequest(method: string, url: string, body?: unknown, headers?: unknown, contentType?: string): Promise<unknown>;
    axios(config: object): Promise<{ status: number; headers: unknown; data: unknown }>;
  };
};
