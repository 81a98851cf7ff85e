// Generates realistic users with awkward values. The same seed gives the same users in every runtime.

/** Returns a generator of random numbers from 0 to 1, excluding 1 (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Ids are multiples of a step modulo this prime, so the first 999,999,936 ids of a seed are different, and all have ten digits. */
const PRIME = 999_999_937;
export const idAt = (seed, i) => 1_000_000_000 + ((((seed >>> 0) % 9973) * 99_991 + i * 7919) % PRIME);

// [name as displayed, name in e-mail addresses]
const FIRST = [
  ["Jane", "jane"], ["José", "jose"], ["Zoë", "Zoe"], ["Søren", "soren"], ["Łukasz", "lukasz"], ["Nguyễn", "nguyen"], ["Anne-Marie", "anne-marie"],
  ["山田", "yamada"], ["李", "li"], ["محمد", "mohammed"], ["יעל", "yael"], ["Олена", "olena"], ["Ελένη", "eleni"], ["अर्जुन", "arjun"], ["지우", "jiwoo"],
  ["D'Arcy", "d'arcy"], ['Robert "Bob"', "Bob"], ["Mary, Ann", "mary.ann"], ["🙂 Kim", "kim"], ["👩‍💻 Ada", "ada"], ["Tom", "TOM"],
];
const LAST = [
  ["Doe", "doe"], ["García", "garcia"], ["Müller", "mueller"], ["Ångström", "angstrom"], ["van der Berg", "vanderberg"], ["O'Neill", "o'neill"],
  ["O’Brien", "OBrien"], ["Smith, Jr.", "smith"], ["太郎", "taro"], ["王", "wang"], ["الفارسي", "alfarsi"], ["כהן", "cohen"], ["Шевченко", "shevchenko"],
  ["Đặng", "dang"], ["Çelik", "celik"], ["Dvořák", "Dvorak"], ["Lee; PhD", "lee"], ["MacLeod", "MacLeod"], ["Quist", "quist"],
];
const DEPARTMENTS = ["Sales", "R&D", "People, Culture", "Finance", "営業部", "IT | Ops", "Legal; Risk", "Ops\\EMEA"];
const TITLES = [
  "Engineer", "Analyst", 'Head of "Data"', "=1+1", "=HYPERLINK(\"x\")", "+Partner", "-Trainee", "@Large", "\tTabbed", "Director\nEMEA", "Lead\r\nAPAC",
  "'Quoted'", "'=Odd", "CFO\\COO", "Chef d’équipe", "Manager, Sales", " spaced ",
];
const LOCATIONS = ["Salt Lake City", "São Paulo", "Zürich", "東京", "Kraków", "Paris, FR"];
const ZONES = ["America/Denver", "Europe/Zurich", "Asia/Tokyo", "America/Sao_Paulo"];
const LOCALES = ["en_US", "de_CH", "ja_JP", "pt_BR"];

/**
 * Returns the users of an instance.
 * @param {number} count
 * @param {number} seed
 * @param {number[]} roles
 * @returns {import("./index.js").User[]}
 */
export function people(count, seed, roles) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const users = new Array(count);
  for (let i = 0; i < count; i++) {
    const id = idAt(seed, i);
    const [first, firstPlain] = pick(FIRST);
    const [last, lastPlain] = pick(LAST);
    const displayName = `${first} ${last}`;
    const emailAddress = `${firstPlain}.${lastPlain}.${i + 1}@${i % 7 === 3 ? "Example.org" : "example.com"}`;
    const roleId = pick(roles);
    const attributes = [];
    const add = (key, value) => attributes.push({ key, values: [value] });
    add("id", id);
    add("displayName", displayName);
    add("userName", emailAddress);
    add("emailAddress", emailAddress);
    add("roleId", roleId);
    if (i % 4 !== 3) add("title", pick(TITLES));
    if (i % 4 !== 2) attributes.push(i % 8 === 0 ? { key: "department", values: [pick(DEPARTMENTS)], source: "scim" } : { key: "department", values: [pick(DEPARTMENTS)] });
    if (i % 3 === 0) add("phoneNumber", `+1 801 555 ${1000 + (i % 9000)}`);
    if (i % 6 === 1) add("deskPhoneNumber", `${2000 + (i % 7000)}`);
    if (i % 3 === 1) add("employeeId", `E${String(i + 1).padStart(6, "0")}`);
    if (i % 5 === 0) add("employeeNumber", 10_000 + i);
    if (i % 3 === 2) add("employeeLocation", pick(LOCATIONS));
    if (i % 7 === 0) add("hireDate", 1_400_000_000_000 + (i % 5000) * 86_400_000);
    if (i % 2 === 0) add("created", 1_500_000_000_000 + i * 60_000);
    if (i % 4 === 0) add("modified", 1_600_000_000_000 + i * 60_000);
    if (i % 8 === 1) add("lastActivity", 1_700_000_000_000 + i * 1000);
    if (i % 8 === 5) add("lastLogin", 1_700_000_000_000 + i * 1000);
    if (i % 4 === 1) add("reportsTo", String(idAt(seed, Math.floor(i / 10))));
    if (i % 5 === 1) add("timeZone", pick(ZONES));
    if (i % 5 === 2) add("locale", pick(LOCALES));
    if (i % 9 === 4) add("alternateEmail", `private.${i + 1}@example.net`);
    if (i % 10 === 0) add("avatarKey", null);
    if (i % 12 === 7) add("invitorUserId", idAt(seed, 0));
    if (i % 11 === 0) attributes.push({ key: "costCenter", values: [`CC|${i % 40}`, `CC;${i % 7}`, "CC\\9", i % 100] });
    add("isActive", i % 50 !== 49);
    if (i % 20 === 19) add("isPending", true);
    if (i % 30 === 0) add("isAnonymous", false);
    if (i % 30 === 0) add("isSystemUser", i % 60 === 30);
    users[i] = { attributes, id, displayName, userName: emailAddress, roleId, emailAddress };
  }
  return users;
}
