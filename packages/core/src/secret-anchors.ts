/** Whether what follows from there on makes an anchor a secret. */
export type Check = (bytes: Uint8Array, from: number, end: number) => boolean;

/** A text that every match of some secret shape contains. */
export interface Anchor {
  readonly text: string;
  /** Three of its characters that are looked for: from here on. */
  readonly at: number;
  /** Found in capitals too; `text` is lower-case then. */
  readonly anyCase: boolean;
  readonly check: Check;
}

export const anchors: Anchor[] = [];

function watch(text: string, check: Check, { at = 0, anyCase = false } = {}): void {
  anchors.push({ text, at, anyCase, check });
}

/** Classes of ASCII characters, as bits. */
const ofKeys = 1;
const betweenNameAndValue = 2;
const endsHost = 4;
const classes = new Uint8Array(256);
mark(ofKeys, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./+=:~%");
mark(betweenNameAndValue, " \\\"':=");
mark(endsHost, " \t\r\n\f\v/@\"'<>");

function mark(bit: number, characters: string): void {
  for (const character of characters) classes[character.charCodeAt(0)]! |= bit;
}

const run =
  (length: number): Check =>
  (bytes, from, end) =>
    runLength(bytes, from, end, length) === length;

/** `_KEY": "value`: a name, an equals sign or colon, and at least so many characters. */
const value =
  (length: number): Check =>
  (bytes, from, end) => {
    let at = from;
    while (at < end && at < from + 12 && (classes[bytes[at]!]! & betweenNameAndValue) !== 0) at++;
    return at > from && runLength(bytes, at, end, length) === length;
  };

const afterBlanks: Check = (bytes, from, end) => {
  let at = from;
  while (at < end && at < from + 4 && bytes[at] === 0x20) at++;
  return runLength(bytes, at, end, 16) === 16;
};

const always: Check = () => true;

/** `://name:password@`, the name short. */
const credentials: Check = (bytes, from, end) => {
  let colon = from;
  while (colon < end && colon < from + 101 && bytes[colon] !== 0x3a) {
    if ((classes[bytes[colon]!]! & endsHost) !== 0) return false;
    colon++;
  }
  let at = colon + 1;
  while (at < end && (classes[bytes[at]!]! & endsHost) === 0) at++;
  return at < end && bytes[at] === 0x40;
};

export function runLength(bytes: Uint8Array, from: number, end: number, most: number): number {
  let at = from;
  while (at < end && at - from < most && (classes[bytes[at]!]! & ofKeys) !== 0) at++;
  return at - from;
}

for (const [prefix, length] of Object.entries({
  "sk-": 20,
  "xai-": 40,
  hf_: 30,
  r8_: 30,
  AIza: 35,
  "ya29.": 20,
  "GOCSPX-": 20,
  AKIA: 16,
  ASIA: 16,
  ABSK: 100,
  "xapp-": 10,
  xox: 12,
  "api/webhooks/": 60,
  ":AA": 33,
  sk_live_: 16,
  sk_test_: 16,
  rk_live_: 16,
  rk_test_: 16,
  npm_: 36,
  "SG.": 60,
  glsa_: 41,
  glc_: 32,
  "hvb.": 24,
  "hvs.": 24,
  dapi: 32,
  _v1_: 64,
  "AGE-SECRET-KEY-1": 58,
  eyJ: 24,
})) {
  watch(prefix, run(length));
}
// Where the first three are common ones, in prose or in names like gen_ai.*, later characters are watched.
watch("gsk_", run(40), { at: 1 });
watch("github_pat_", run(22), { at: 5 });
watch("whsec_", run(16));
watch("pplx-", run(40), { at: 2 });
watch("pypi-AgE", run(50), { at: 4 });
watch("lin_api_", run(40), { at: 4 });
watch("lin_oauth_", run(40), { at: 3 });
for (const kind of ["at", "ca", "pa", "ss"]) watch(`shp${kind}_`, run(32));
for (const letter of "oprsu") watch(`gh${letter}_`, run(30), { at: 1 });
for (const kind of ["pat", "ptt", "dt", "rt", "cbt", "ft", "oas", "soat"]) {
  watch(`gl${kind}-`, run(20));
}
watch("slack.com/", run(20), { at: 3 });
watch("PRIVATE KEY", always, { at: 6 });
watch("://", credentials);
watch("bearer ", afterBlanks, { at: 0, anyCase: true });
watch("authorization", always, { at: 6, anyCase: true });
watch("password=", always, { at: 3, anyCase: true });
watch("passwd=", always, { at: 3, anyCase: true });
watch("pwd=", always, { anyCase: true });
for (const name of ["KEY", "SECRET", "TOKEN", "PASSWORD", "PASSWD"]) watch(name, value(12));
for (const [name, at] of [
  ["access_key", 5],
  ["accesskey", 4],
  ["session_token", 6],
  ["sessiontoken", 7],
  ["accountkey", 6],
  ["signature=", 1],
  ["api_key=", 2],
  ["apikey=", 1],
  ["access_token=", 5],
  ["accesstoken=", 6],
  ["auth_token=", 3],
  ["authtoken=", 4],
  ["client_secret=", 5],
  ["clientsecret=", 7],
  ["sig=", 1],
] as const) {
  const assigned = name.endsWith("=");
  watch(name, assigned ? run(16) : value(30), { at, anyCase: true });
}
