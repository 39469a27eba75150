const [OTHER, LOWER, HEX, UPPER, DIGIT, SIGN, DASH, EQUALS] = [0, 1, 2, 3, 4, 5, 6, 7];
const COLON = 0x3a;
const AT = 0x40;
const SPACE = 0x20;
/** `pwd=` and three characters. */
const SHORTEST = 7;
/** The value of an environment variable. */
const SHORT_RUN = 12;
/** An AWS key: the shortest that is told by its own look, but for Slack's. */
const LONG_RUN = 20;
/** Without a digit or a sign: letters for their own sake. */
const PURE_RUN = 30;

/** What the runs are made of, by ASCII code; everything else ends one. */
const kinds = new Uint8Array(128);
for (let code = 0; code < 128; code++) kinds[code] = kindOf(String.fromCharCode(code));

function kindOf(character: string): number {
  if (/[a-f]/.test(character)) return HEX;
  if (/[g-z]/.test(character)) return LOWER;
  if (/[A-Z]/.test(character)) return UPPER;
  if (/[0-9]/.test(character)) return DIGIT;
  if (character === "-") return DASH;
  if (character === "=") return EQUALS;
  return /[_+/~.%]/.test(character) ? SIGN : OTHER;
}

/**
 * Whether a text is worth showing to the secret shapes: false only where none of them can match.
 *
 * The shapes cost 15 ns a character, prose or not (31 µs for 2 KB of it, six times what verifying a record may take). All
 * of them ask for something that prose rarely has: a long unbroken run with a digit or a sign in it, a shorter one after
 * `KEY:` or `bearer`, a password after its `=`, an address with a name in front. One look at each character tells.
 */
export function mayHoldSecret(text: string): boolean {
  if (text.length < SHORTEST) return false;
  let run = 0;
  let digit = false;
  let sign = false;
  let named = false;
  let plain = true;
  let address = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const kind = code < 128 ? (kinds[code] ?? OTHER) : OTHER;
    if (kind === OTHER) {
      if (run >= SHORT_RUN && isSuspect(text, index, run, digit, sign, named)) return true;
      run = 0;
      digit = false;
      sign = false;
      named = false;
      plain = false;
      if (code === COLON && text.startsWith("://", index)) address = true;
      else if (code === AT && address) return true;
      else if (code === SPACE && isAfterBasic(text, index)) return true;
      continue;
    }
    run++;
    if (kind === LOWER) {
      plain = false;
      continue;
    }
    if (kind === HEX) continue;
    if (kind === DIGIT) {
      digit = true;
      continue;
    }
    if (kind === DASH) {
      if (isTold(text, index)) return true;
      sign = true;
      continue;
    }
    plain = false;
    if (kind === EQUALS) {
      if (isAfterD(text, index)) return true;
      named = true;
      sign = true;
    } else if (kind === SIGN || (kind === UPPER && run > 1)) sign = true;
  }
  // A whole text of hexadecimal digits and dashes is an id, of ours or of the trace.
  return !plain && run >= SHORT_RUN && isSuspect(text, text.length, run, digit, sign, named);
}

/** Judges the run that ends before `end`. */
function isSuspect(
  text: string,
  end: number,
  run: number,
  digit: boolean,
  sign: boolean,
  named: boolean,
): boolean {
  if (run >= LONG_RUN) return digit || sign || run >= PURE_RUN;
  return digit && (named || isAfterName(text, end - run));
}

/** `KEY: "…`, `key = …`, `bearer …`. */
function isAfterName(text: string, start: number): boolean {
  let before = start - 1;
  while (before >= 0 && before > start - 8 && " \t\"'\\".includes(text[before] ?? "")) before--;
  return before >= 0 && ":=rR".includes(text[before] ?? "");
}

/** Slack's tokens are the only short ones, a private key says what it is. */
function isTold(text: string, dash: number): boolean {
  return (
    text.startsWith("-----BEGIN", dash) ||
    text.startsWith("xox", dash - 4) ||
    text.startsWith("xapp", dash - 4)
  );
}

function isAfterD(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  return before === 0x64 || before === 0x44;
}

function isAfterBasic(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  if (before !== 0x63 && before !== 0x43) return false;
  return text.slice(Math.max(index - 5, 0), index).toLowerCase() === "basic";
}
