// What doctor finds with the first request: whether the instance can be reached, and whether it accepts the token.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { connectTo } from "../connection.js";
import { CliError } from "../errors.js";
import { proxies } from "../proxy.js";
import { interrupt } from "../terminal.js";
import { OWNER } from "../users.js";
import { adviceFor, isHtml } from "./advice.js";

/** Yields checks. Returns `{domo, owner, error, host, protocol, token}` if the instance has responded: `error` instead of `owner` if it refused the request. */
export async function* connectionChecks(options) {
  const response = {};
  const connection = await connect(options, response);
  if (connection.error) {
    yield { name: "configuration", result: "failed", message: connection.error.message };
    return undefined;
  }
  const { domo, host, protocol, address, token } = connection;
  yield { name: "configuration", result: "ok", message: `instance ${host} from ${address}; token ${token ? `from ${token}` : "none, as the server at this address may add one"}` };
  yield* dnsChecks(host, protocol);
  const { owner, error } = await domo.request(OWNER, { signal: interrupt }).then((found) => ({ owner: found }), (thrown) => ({ error: thrown }));
  interrupt.throwIfAborted();
  if (!isFromDomo(error)) {
    yield { name: "instance", result: "failed", message: error.message, advice: adviceFor(error, { host, protocol }) };
    return undefined;
  }
  yield { name: "instance", result: "ok", message: `${host} responded in ${Math.round(response.durationMs)} ms` };
  yield* clockChecks(response);
  return { domo, owner, error, host, protocol, token };
}

/** Whether a response came from an instance: also one that refuses the token. */
const isFromDomo = (error) => error === undefined || ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "REQUEST_REJECTED", "SERVER_ERROR", "RATE_LIMITED"].includes(error.code) && !isHtml(error);

/** Returns a client that records the time and the `Date` header of its last response. */
async function connect(options, response) {
  try {
    const recordTime = ({ type, durationMs }) => {
      if (type === "response") response.durationMs = durationMs;
    };
    const recorded = (send) => async (...args) => {
      const received = await send(...args);
      response.date = received.headers.get("date");
      return received;
    };
    const both = (print) => (event) => {
      recordTime(event);
      print?.(event);
    };
    return await connectTo(options, (settings) => ({ onEvent: both(settings.onEvent), maxRetries: 1, fetch: recorded(settings.fetch ?? fetch) }));
  } catch (error) {
    if (error instanceof CliError || error.code === "INVALID_CONFIG") return { error };
    throw error;
  }
}

/** A proxy looks names up by itself. */
async function* dnsChecks(host, protocol) {
  const name = host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  if (proxies(protocol).length > 0 || isIP(name)) return;
  try {
    const { address } = await lookup(name);
    yield { name: "DNS", result: "ok", message: `${name} is ${address}` };
  } catch (error) {
    yield { name: "DNS", result: "failed", message: `${name} is not known (${error.code})`, advice: "check the name of the instance, and your network; behind a proxy, set HTTPS_PROXY" };
  }
}

const LARGEST_DIFFERENCE_S = 300;

function* clockChecks({ date }) {
  const seconds = Math.round((Date.now() - Date.parse(date)) / 1000);
  if (Number.isNaN(seconds)) return;
  const difference = Math.abs(seconds);
  if (difference <= LARGEST_DIFFERENCE_S) yield { name: "clock", result: "ok", message: `differs by ${difference} s from the instance's` };
  else yield { name: "clock", result: "warning", message: `is ${difference} s ${seconds > 0 ? "ahead of" : "behind"} the instance's`, advice: "set the clock: certificates and dates depend on it" };
}
