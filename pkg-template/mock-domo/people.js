// Realistic people from a seed: the same seed gives the same people, everywhere.

/** A small generator of numbers from 0 up to, not including, 1 (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const FIRST = [
  "Jane", "José", "Zoë", "Søren", "Łukasz", "Nguyễn", "Chloé", "Bjørk", "O’Brien", "Anne-Marie", "山田", "李", "محمد", "יעל",
  "Олена", "Ελένη", "अर्जुन", "지우", "Siân", "Iñaki", "Mary, Ann", 'Bob "Bo"', "D'Arcy", "Maximilian", "Ümit", "🙂 Kim", "Ada", "Tom",
];
const LAST = [
  "Doe", "García", "Müller", "Ångström", "van der Berg", "O'Neill", "de la Cruz", "Smith, Jr.", "Nowak", "太郎", "王", "الفارسي", "כהן",
  "Шевченко", "Παπαδοπούλου", "शर्मा", "김", "Đặng", "Çelik", "Dvořák", "Lee; PhD", "MacLeod", "Öztürk", "Quist", "Ibáñez",
];
const DEPARTMENTS = ["Sales", "R&D", "People, Culture", "Finance", "Vertrieb", "営業部", "IT | Ops", "Legal; Risk"];
const TITLES = [
  "Engineer", "Analyst", 'Head of "Data"', "=Lead(Ops)", "+Partner", "-Trainee", "@Large", "Director\nEMEA", "'Quoted'", "CFO\\COO", "Chef d’équipe",
  "'=Odd", "Manager, Sales",
];
const LOCATIONS = ["Salt Lake City", "São Paulo", "Zürich", "東京", "Kraków", "Paris, FR"];
const ZONES = ["America/Denver", "Europe/Zurich", "Asia/Tokyo", "America/Sao_Paulo"];
const LOCALES = ["en_US", "de_CH", "ja_JP", "pt_BR"];

/**
 * @param {number} count
 * @param {number} seed
 * @param {number[]} roles
 */
export function people(count, seed, roles) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const users = [];
  for (let i = 0; i < count; i++) {
    const id = 1_000_000_007 + i * 7919;
    const displayName = `${pick(FIRST)} ${pick(LAST)}`;
    const emailAddress = `${i % 9 === 0 ? "User" : "user"}.${i + 1}@${i % 5 === 0 ? "Example.com" : "example.com"}`;
    const roleId = roles[Math.floor(next() * roles.length)];
    const attributes = [];
    const add = (key, ...values) => attributes.push({ key, values });
    add("id", id);
    add("displayName", displayName);
    add("emailAddress", emailAddress);
    add("roleId", roleId);
    if (i % 4 !== 3) attributes.push({ key: "department", values: [pick(DEPARTMENTS)], source: "manual" });
    if (i % 3 !== 2) add("title", pick(TITLES));
    if (i % 2 === 0) add("phoneNumber", `+1 801 555 ${String(1000 + (i % 9000))}`);
    if (i % 6 === 0) add("deskPhoneNumber", `${2000 + (i % 7000)}`);
    if (i % 3 === 0) add("employeeId", `E${String(i + 1).padStart(6, "0")}`);
    if (i % 5 === 0) add("employeeNumber", 10_000 + i);
    if (i % 2 === 1) add("employeeLocation", pick(LOCATIONS));
    if (i % 7 === 0) add("hireDate", 1_400_000_000_000 + i * 86_400_000);
    add("created", 1_500_000_000_000 + i * 60_000);
    add("modified", 1_600_000_000_000 + i * 60_000);
    if (i % 3 === 1) add("lastActivity", 1_700_000_000_000 + i * 1_000);
    if (i > 0 && i % 4 === 1) add("reportsTo", String(1_000_000_007 + Math.floor(i / 10) * 7919));
    add("timeZone", pick(ZONES));
    add("locale", pick(LOCALES));
    if (i % 8 === 0) add("alternateEmail", `private.${i + 1}@example.org`);
    if (i % 10 === 0) add("avatarKey", null);
    if (i % 11 === 0) add("costCenter", `CC|${i % 40}`, `CC;${i % 7}`, "CC\\9");
    add("isActive", i % 50 !== 49);
    add("isAnonymous", false);
    add("isPending", i % 20 === 19);
    add("isSystemUser", false);
    users.push({ attributes, id, displayName, userName: emailAddress, roleId, emailAddress });
  }
  return users;
}
