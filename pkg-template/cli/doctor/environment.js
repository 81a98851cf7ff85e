// What doctor finds without a request: versions, proxies, certificates.
import { accessSync, constants } from "node:fs";
import { arch, release } from "node:os";
import { version } from "../version.js";
import { noProxy, proxies } from "../proxy.js";

export function* environmentChecks() {
  yield { name: "versions", result: "ok", message: `domo-users ${version()}, Node ${process.versions.node}, ${process.platform} ${release()} ${arch()}` };
  yield proxyCheck();
  yield* certificateChecks();
}

function proxyCheck() {
  const name = "proxy";
  let found;
  try {
    found = proxies();
  } catch (error) {
    return { name, result: "failed", message: error.message };
  }
  if (found.length === 0) return { name, result: "ok", message: "none is set (HTTPS_PROXY, HTTP_PROXY)" };
  const exceptions = noProxy() ? `; none for ${noProxy()} (NO_PROXY)` : "";
  const onlyHttp = proxies("https:").length === 0 ? "; for http only: https needs HTTPS_PROXY" : "";
  return { name, result: "ok", message: `${found.map((proxy) => `${proxy.name} is ${proxy.address}`).join(", ")}${exceptions}${onlyHttp}` };
}

function* certificateChecks() {
  const name = "certificates";
  const { NODE_EXTRA_CA_CERTS: file, NODE_TLS_REJECT_UNAUTHORIZED: reject } = process.env;
  if (reject === "0") {
    yield { name, result: "warning", message: "NODE_TLS_REJECT_UNAUTHORIZED is 0: any server can read the token", advice: "unset it, and give the certificate of your network's proxy in NODE_EXTRA_CA_CERTS" };
  }
  const usesSystem = `${process.env.NODE_OPTIONS ?? ""} ${process.execArgv.join(" ")}`.includes("--use-system-ca");
  const own = usesSystem ? "those of Node and of this computer (--use-system-ca)" : "those of Node";
  if (!file) {
    yield { name, result: "ok", message: `${own} (NODE_EXTRA_CA_CERTS is not set)` };
    return;
  }
  try {
    accessSync(file, constants.R_OK);
    yield { name, result: "ok", message: `${own}, and those in ${file} (NODE_EXTRA_CA_CERTS)` };
  } catch {
    yield { name, result: "warning", message: `NODE_EXTRA_CA_CERTS names ${file}, which cannot be read`, advice: "correct the path, or unset it" };
  }
}
