// What to do about an error that doctor met.
import { proxies } from "../proxy.js";

const CERTIFICATES = ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "SELF_SIGNED_CERT_IN_CHAIN", "DEPTH_ZERO_SELF_SIGNED_CERT", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_GET_ISSUER_CERT"];

/** Returns what to do, in words. */
export function adviceFor(error, { host, protocol } = {}) {
  const reason = `${error.cause?.code ?? ""} ${error.message}`;
  const isMentioned = (codes) => codes.some((code) => reason.includes(code));
  const [proxy] = proxies(protocol);
  if (error.code === "UNAUTHORIZED") return "the token is wrong, has expired, or is of another instance: make one in Domo under Admin > Authentication > Access tokens";
  if (error.code === "REDIRECTED" || error.code === "BAD_RESPONSE" || isHtml(error)) {
    return `the response was a log-in or block page${proxy ? ", perhaps of the proxy" : ""}, and not of the API: check the name of the instance (${host}), whether it allows your network's address, and any proxy or firewall that shows pages`;
  }
  if (error.code === "FORBIDDEN") return `check the name of the instance (${host}): a wrong name is refused in the same way; and whether it allows your network's address`;
  if (isMentioned(["ENOTFOUND", "EAI_AGAIN"])) return "check the name of the instance, and your network; behind a proxy, set HTTPS_PROXY";
  if (isMentioned(CERTIFICATES) || /certificate/i.test(reason)) {
    const system = process.allowedNodeEnvironmentFlags.has("--use-system-ca") ? ", or, if this computer trusts it already, set NODE_OPTIONS=--use-system-ca" : "";
    return `a proxy or firewall that decrypts traffic signs with a certificate of its own: get it from your administrator as a file, and name the file in NODE_EXTRA_CA_CERTS${system}; if the certificate has expired, check the clock`;
  }
  if (reason.includes("the proxy in ")) return "ask the administrator of the proxy";
  if (proxy) return `check the proxy ${proxy.address} in ${proxy.name}; if the instance needs none, list its host in NO_PROXY`;
  if (error.code === "TIMEOUT" || error.code === "NETWORK") return "check your network and firewall; if your network needs a proxy, set HTTPS_PROXY";
  return "try again later; if the error persists, ask Domo's support";
}

/** Whether the response of an error was a page. */
export const isHtml = ({ body }) => typeof body === "string" && body.trimStart().startsWith("<");
