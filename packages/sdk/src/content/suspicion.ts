/**
 * A quick look whether bytes can hold a secret at all.
 *
 * The shapes of the contract, even in one pattern, need 290 µs for 20 KB of prose: about what plain OpenTelemetry spends on
 * the whole step. This look needs 45, and nearly every record is innocent. It may suspect too much and never too little:
 * whatever a shape matches contains one of these anchors with what its check wants around it. A test draws texts from the
 * patterns of all shapes and holds the anchors to that.
 */
type Check = (bytes: Uint8Array, start: number, from: number, end: number) => boolean;

interface Suspect {
  readonly anchor: Anchor;
  /** The pair stands so far behind the beginning of the anchor. */
  readonly back: number;
  /** How the anchor begins, capitals folded. */
  readonly begins: number;
}

interface Anchor {
  readonly bytes: Uint8Array;
  /** Compared without regard to case; `bytes` are lower-case then. */
  readonly anyCase: boolean;
  readonly check: Check;
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
  (bytes, _start, from, end) =>
    runLength(bytes, from, end, length) === length;

/** `_KEY": "value`: a name, an equals sign or colon, and at least so many characters. */
const value =
  (length: number): Check =>
  (bytes, _start, from, end) => {
    let at = from;
    while (at < end && at < from + 12 && (classes[bytes[at]!]! & betweenNameAndValue) !== 0) at++;
    return at > from && runLength(bytes, at, end, length) === length;
  };

const afterBlanks: Check = (bytes, _start, from, end) => {
  let at = from;
  while (at < end && at < from + 4 && bytes[at] === 0x20) at++;
  return runLength(bytes, at, end, 16) === 16;
};

const always: Check = () => true;

/** `://name:password@`, the name short. */
const credentials: Check = (bytes, _start, from, end) => {
  let colon = from;
  while (colon < end && colon < from + 101 && bytes[colon] !== 0x3a) {
    if ((classes[bytes[colon]!]! & endsHost) !== 0) return false;
    colon++;
  }
  let at = colon + 1;
  while (at < end && (classes[bytes[at]!]! & endsHost) === 0) at++;
  return at < end && bytes[at] === 0x40;
};

/** A Discord token is three words between dots; the one in the middle has six characters. Here one of the dots was found. */
const threeWords: Check = (bytes, start, _from, end) =>
  aroundWord(bytes, start, end) || aroundWord(bytes, start - 7, end);

function aroundWord(bytes: Uint8Array, dot: number, end: number): boolean {
  if (bytes[dot + 7] !== 0x2e || bytes[dot] !== 0x2e || dot < 23 || dot + 34 >= end) return false;
  return runLength(bytes, dot - 23, dot, 23) === 23 && runLength(bytes, dot + 8, end, 27) === 27;
}

function runLength(bytes: Uint8Array, from: number, end: number, most: number): number {
  let at = from;
  while (at < end && at - from < most && (classes[bytes[at]!]! & ofKeys) !== 0) at++;
  return at - from;
}

/** The bit in which small and capital letters differ. */
const fold = 0x20;

/** What may begin at a pair of bytes, and how far before it. The first list is nobody's. */
const suspects: Suspect[][] = [[]];
/** For each pair, which list. */
const lists = new Uint16Array(1 << 16);
/** For each pair, a bit whether it has one: 8 KB that stay in the cache, while ids, random bytes, reach all over a table. */
const watched = new Int32Array((1 << 16) / 32);

/** Two bytes as the number that a typed array makes of them, whatever the machine's byte order. */
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
function pairOf(first: number, second: number): number {
  return littleEndian ? first | (second << 8) : (first << 8) | second;
}

/**
 * Only every second pair of characters is looked at, so of three characters of the anchor (from `at` on) one of the two
 * pairs is met.
 */
function watch(text: string, check: Check, { at = 0, anyCase = false } = {}): void {
  const anchor = { bytes: new TextEncoder().encode(text), anyCase, check };
  for (const back of text.length - at > 2 ? [at, at + 1] : [at]) {
    const [first, second] = [text[back]!, text[back + 1]!];
    for (const a of anyCase ? cases(first) : [first]) {
      for (const b of anyCase ? cases(second) : [second]) {
        const pair = pairOf(a.charCodeAt(0), b.charCodeAt(0));
        watched[pair >>> 5]! |= 1 << (pair & 31);
        lists[pair] ||= suspects.push([]) - 1;
        suspects[lists[pair]]!.push({ anchor, back, begins: text.charCodeAt(0) | fold });
      }
    }
  }
}

function cases(character: string): ReadonlySet<string> {
  return new Set([character.toLowerCase(), character.toUpperCase()]);
}

for (const [prefix, length] of Object.entries({
  "sk-": 20,
  "xai-": 40,
  "pplx-": 40,
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
// Where the first pairs are common ones, in prose or in names like gen_ai.*, later characters are watched.
watch("gsk_", run(40), { at: 1 });
watch("github_pat_", run(22), { at: 5 });
watch("whsec_", run(16), { at: 3 });
watch("pypi-AgE", run(50), { at: 4 });
watch("lin_api_", run(40), { at: 4 });
watch("lin_oauth_", run(40), { at: 4 });
for (const kind of ["at", "ca", "pa", "ss"]) watch(`shp${kind}_`, run(32), { at: 1 });
for (const letter of "oprsu") watch(`gh${letter}_`, run(30), { at: 1 });
for (const kind of ["pat", "ptt", "dt", "rt", "cbt", "ft", "oas", "soat"]) {
  watch(`gl${kind}-`, run(20));
}
watch("slack.com/", run(20), { at: 4 });
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
  ["accesskey", 1],
  ["session_token", 9],
  ["sessiontoken", 8],
  ["accountkey", 6],
  ["signature=", 1],
  ["api_key=", 2],
  ["apikey=", 1],
  ["access_token=", 8],
  ["accesstoken=", 7],
  ["auth_token=", 6],
  ["authtoken=", 5],
  ["client_secret=", 5],
  ["clientsecret=", 7],
  ["sig=", 1],
] as const) {
  const assigned = name.endsWith("=");
  watch(name, assigned ? run(16) : value(30), { at, anyCase: true });
}
for (let code = 33; code < 127; code++) {
  if ((classes[code]! & ofKeys) !== 0) watch(`.${String.fromCharCode(code)}`, threeWords);
}

/** The bytes of the buffer that was looked at last, four at a time: half the reads. */
let words: Int32Array = new Int32Array();

/** Whether a secret may stand in these bytes of UTF-8. */
export function mayHoldSecret(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes.byteOffset !== 0) return mayHoldSecret(Uint8Array.from(bytes), start, end);
  if (words.buffer !== bytes.buffer) words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
  const last = end >> 2;
  for (let i = start >> 2; i < last; i++) {
    const word = words[i]!;
    const low = word & 0xffff;
    const high = word >>> 16;
    // Shifts count modulo 32.
    if ((((watched[low >>> 5]! >>> low) | (watched[high >>> 5]! >>> high)) & 1) === 0) continue;
    if (isSuspect(bytes, start, i * 4, end) || isSuspect(bytes, start, i * 4 + 2, end)) return true;
  }
  return isSuspect(bytes, start, last * 4, end) || isSuspect(bytes, start, last * 4 + 2, end);
}

function isSuspect(bytes: Uint8Array, start: number, at: number, end: number): boolean {
  const list = lists[pairOf(bytes[at] ?? 0, bytes[at + 1] ?? 0)]!;
  if (list === 0) return false;
  const found = suspects[list]!;
  for (let i = 0; i < found.length; i++) {
    const suspect = found[i]!;
    const begin = at - suspect.back;
    // Most are another word that shares two letters.
    if (
      (bytes[begin]! | fold) === suspect.begins &&
      isSecret(suspect.anchor, bytes, start, begin, end)
    ) {
      return true;
    }
  }
  return false;
}

function isSecret(
  anchor: Anchor,
  bytes: Uint8Array,
  start: number,
  begin: number,
  end: number,
): boolean {
  const from = begin + anchor.bytes.length;
  if (begin < start || from > end || !stands(anchor, bytes, begin)) return false;
  return anchor.check(bytes, begin, from, end);
}

function stands({ bytes: wanted, anyCase }: Anchor, bytes: Uint8Array, begin: number): boolean {
  for (let i = 0; i < wanted.length; i++) {
    const byte = bytes[begin + i]!;
    const folded = anyCase && byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
    if (folded !== wanted[i]) return false;
  }
  return true;
}
