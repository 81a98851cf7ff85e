// Proxies of the environment. Node's own fetch obeys their variables only in recent versions, and only if it is told to.
import { CliError } from "./errors.js";

/** Returns the value of a variable whose name may be written in lower case, which is preferred as in curl. */
const variable = (name) => process.env[name.toLowerCase()]?.trim() || process.env[name]?.trim() || undefined;
const nameOf = (name) => (process.env[name.toLowerCase()]?.trim() ? name.toLowerCase() : name);

const NAMES = { "https:": "HTTPS_PROXY", "http:": "HTTP_PROXY" };

/** Returns `[{name, address}]` of the proxies of the environment, or of those for `https:` or `http:`. The address has no user name and no password. */
export function proxies(protocol) {
  const names = protocol === undefined ? Object.values(NAMES) : [NAMES[protocol]];
  return names.filter(variable).map((name) => {
    const { protocol, host } = proxyUrl(name);
    return { name: nameOf(name), address: `${protocol}//${host}` };
  });
}

/** Returns the hosts for which no proxy is used. */
export const noProxy = () => variable("NO_PROXY");

const SCHEMES = ["http:", "https:", "socks5:", "socks:"];

/** Returns the URL of a proxy; without a scheme it is an http proxy. The error does not quote it, since it may have a password. */
function proxyUrl(name) {
  const value = variable(name);
  let url;
  try {
    url = new URL(/^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  } catch {
    url = undefined;
  }
  if (url?.hostname && SCHEMES.includes(url.protocol)) return url;
  throw new CliError(`${nameOf(name)} is not the address of a proxy. Write it as http://proxy.example.com:8080, or unset it.`);
}

/** Returns a `fetch` that goes through the proxies of the environment; undefined if none is set. */
export async function environmentFetch() {
  const [httpsProxy, httpProxy] = ["HTTPS_PROXY", "HTTP_PROXY"].map((name) => (variable(name) ? proxyUrl(name).href : undefined));
  if (!httpsProxy && !httpProxy) return undefined;
  // As in curl, HTTP_PROXY is for plain http only. undici would send https through it too.
  const isDirect = (url) => !httpsProxy && new URL(url).protocol === "https:";
  // Bundled, a CommonJS library has its exports in `default` only.
  const { EnvHttpProxyAgent, Pool, fetch } = (await import("undici")).default;
  const dispatcher = new EnvHttpProxyAgent({
    // An empty string stands for none: with undefined, undici would read the environment itself.
    httpProxy: httpProxy ?? "", httpsProxy: httpsProxy ?? "", noProxy: noProxy() ?? "",
    // Plain http is sent as proxies expect it: many refuse tunnels to other ports than 443.
    proxyTunnel: false,
    clientFactory: (origin, options) => tunnelsOf(new Pool(origin, options)),
  });
  return (url, init) => (isDirect(url) ? globalThis.fetch(url, init) : fetch(url, { ...init, dispatcher }));
}

/** Returns the connections to a proxy; a tunnel that it refuses is an error that says so, which `fetch` would hide. */
function tunnelsOf(pool) {
  const connect = pool.connect.bind(pool);
  pool.connect = async (options) => {
    const tunnel = await connect(options);
    if (tunnel.statusCode === 200) return tunnel;
    tunnel.socket.on("error", () => {}).destroy();
    throw refusal(tunnel.statusCode);
  };
  return pool;
}

function refusal(status) {
  const names = proxies().map(({ name }) => name).join(" or ");
  const advice = status === 407 ? "it requires a user name and a password: http://name:password@proxy:8080" : "ask its administrator to allow the instance, or list the host in NO_PROXY";
  // With this code the package knows that the instance has not received the request.
  return Object.assign(new Error(`the proxy in ${names} refused the connection with ${status}; ${advice}`), { code: "ECONNREFUSED" });
}
