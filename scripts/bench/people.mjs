// Generates any number of realistic users, about 690 bytes of JSON each.
const FIRST = ["Jane", "José", "Zoë", "Søren", "Łukasz", "Nguyễn", "Anne-Marie", "山田", "Mohammed", "Olena", "D'Arcy", "Mary, Ann", "Tom"];
const LAST = ["Doe", "García", "Müller", "Ångström", "van der Berg", "O'Neill", "Smith, Jr.", "太郎", "Шевченко", "Dvořák", "Quist"];
const DEPARTMENTS = ["Sales", "R&D", "People, Culture", "Finance", "営業部", "IT | Ops", "Legal; Risk"];
const TITLES = ["Engineer", "Analyst", "Director", "=Odd", "Manager, Sales", "Chef d’équipe", "Partner"];
const ZONES = ["America/Denver", "Europe/Zurich", "Asia/Tokyo"];

export const COLUMNS = [
  "id", "displayName", "userName", "roleId", "emailAddress", "department", "title", "phoneNumber", "employeeId", "hireDate", "created", "lastActivity", "reportsTo", "timeZone", "isActive",
];

const BLOCK = 1000;
/** A placeholder for the four-digit number of the block, the only difference between blocks. */
const HOLE = "####";

/** Returns the values of a user of a block in the order of COLUMNS, or undefined for no value. Ids are strings that begin with N. */
function values(k) {
  const serial = `${HOLE}${String(k).padStart(3, "0")}`;
  const id = (serial) => `N100${serial}`;
  const first = FIRST[k % 13];
  const email = `${first.normalize("NFD").replace(/[^a-z]/gi, "") || "x"}.${serial}@${k % 7 === 3 ? "Example.org" : "example.com"}`;
  return [
    id(serial), `${first} ${LAST[(k >> 3) % 11]}`, email, (k % 5) + 1, email, DEPARTMENTS[k % 7], k % 4 === 3 ? undefined : TITLES[(k >> 2) % 7],
    k % 3 === 0 ? `+1 801 555 ${1000 + k}` : undefined, `E${serial}`, k % 7 === 0 ? 1_400_000_000_000 + k * 86_400_000 : undefined,
    1_500_000_000_000 + k * 60_000, k % 2 === 0 ? 1_700_000_000_000 + k * 1000 : undefined, k % 4 === 1 ? id(`${HOLE}000`).slice(1) : undefined, ZONES[k % 3], k % 50 !== 49,
  ];
}

function json(k) {
  const all = values(k);
  const attributes = COLUMNS.flatMap((key, at) => (all[at] === undefined ? [] : [{ key, values: [all[at]] }]));
  const [id, displayName, userName, roleId, emailAddress] = all;
  return JSON.stringify({ attributes, id, displayName, userName, roleId, emailAddress }).replace(/"N([\d#]+)"/g, "$1");
}

function csv(k) {
  const cell = (value) => {
    let text = value === undefined ? "" : String(value).replace(/^N(?=\d+#)/, "");
    if (/^'*[=+\-@\t\r]/.test(text)) text = `'${text}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${values(k).map(cell).join(",")}\r\n`;
}

/** Yields users as the body of Get All Users, or as their export, block by block. */
export function* body(count, kind) {
  const isCsv = kind === "csv";
  const block = Buffer.from(Array.from({ length: BLOCK }, (_, k) => (isCsv ? csv(k) : `,${json(k)}`)).join(""));
  const holes = [];
  for (let at = block.indexOf(HOLE); at >= 0; at = block.indexOf(HOLE, at + HOLE.length)) holes.push(at);
  yield Buffer.from(isCsv ? `${COLUMNS.join(",")}\r\n` : '{"users":[');
  for (let number = 0; number < count / BLOCK; number++) {
    const digits = Buffer.from(String(number).padStart(4, "0"));
    const copy = Buffer.from(block);
    for (const at of holes) copy.set(digits, at);
    yield number === 0 && !isCsv ? copy.subarray(1) : copy;
  }
  if (!isCsv) yield Buffer.from("]}");
}
