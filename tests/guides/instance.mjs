// Loaded into every program of a guide: requests to the instances of the guides go to mocks. HOSTS is `{"acme.domo.com": "http://127.0.0.1:…"}`.
const hosts = JSON.parse(process.env.GUIDE_HOSTS ?? "{}");
const { fetch } = globalThis;

globalThis.fetch = function guided(input, init) {
  if (typeof input !== "string") return fetch(input, init);
  const { host, pathname, search } = new URL(input);
  return fetch(hosts[host] ? hosts[host] + pathname + search : input, init);
};
