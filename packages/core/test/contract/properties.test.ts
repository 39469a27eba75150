import {
  capText,
  carrierEnvironment,
  carrierOfEnvironment,
  formatTraceparent,
  formatTracestate,
  isDerivedFrom,
  keyedSessionId,
  maskSecrets,
  maxBaggageBytes,
  maxBaggageMembers,
  maxSessionIdBytes,
  mayCarrySession,
  parseBaggage,
  parseSessionId,
  parseTraceparent,
  parseTracestate,
  readBaggage,
  readCarrier,
  readLogFields,
  secretsIn,
  segmentRoot,
  sessionLogFields,
  sessionRoot,
  writeBaggage,
  writeCarrier,
} from "@throughline/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const anyText = fc.string({ unit: "binary", maxLength: 300 });
const sessionId = fc
  .oneof(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), fc.uuid())
  .map((text) => parseSessionId(text, "application").id ?? "");
const hex = (length: number) =>
  fc
    .string({
      unit: fc.constantFrom(..."0123456789abcdef".split("")),
      minLength: length,
      maxLength: length,
    })
    .filter((text) => /[^0]/.test(text));

const check = <T>(arbitrary: fc.Arbitrary<T>, predicate: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, predicate), { numRuns: 300 });

describe("session ids", () => {
  test("whatever the application says, the result is an id that reads as itself", () => {
    check(anyText, (text) => {
      const { id = "" } = parseSessionId(text, "application");
      expect(parseSessionId(id, "carrier")).toEqual({ result: "valid", id });
      expect(new TextEncoder().encode(id).length).toBeLessThanOrEqual(maxSessionIdBytes);
    });
  });

  test("nothing throws, and a carrier's id is never replaced", () => {
    check(fc.anything(), (value) => {
      parseSessionId(value, "application");
      expect(parseSessionId(value, "carrier").result).not.toBe("replaced");
    });
  });

  test("keyed ids are session ids", () => {
    check(fc.tuple(fc.string({ minLength: 32 }), anyText), ([key, personal]) => {
      const id = keyedSessionId(key, personal);
      expect(parseSessionId(id, "carrier")).toEqual({ result: "valid", id });
    });
  });
});

test("roots of different sessions, processes and segments differ, and each is known again", () => {
  check(
    fc.tuple(sessionId, sessionId, fc.uuid(), fc.integer({ min: 1, max: 4 })),
    ([a, b, instance, k]) => {
      fc.pre(a !== b);
      const segment = segmentRoot(a, instance, k).traceId;
      expect(isDerivedFrom(sessionRoot(a).traceId, a)).toBe(true);
      expect(isDerivedFrom(segment, a, ["another", instance], 4)).toBe(true);
      expect(isDerivedFrom(segment, a, [instance], k - 1)).toBe(false);
      expect(isDerivedFrom(segment, b, [instance], 4)).toBe(false);
      expect(isDerivedFrom(sessionRoot(a).traceId, b, [instance], 4)).toBe(false);
    },
  );
});

describe("baggage", () => {
  const ids = fc.record({
    sessionId,
    turnId: fc.option(sessionId, { nil: undefined }),
    turnIndex: fc.option(fc.nat({ max: 999_999_999 }), { nil: undefined }),
    agentRunId: fc.option(sessionId, { nil: undefined }),
  });
  const foreign = fc
    .array(
      fc.tuple(
        fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,20}$/),
        fc.stringMatching(
          /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{0,40}(;[a-z]{1,5}=[0-9]{1,3}){0,2}$/,
        ),
      ),
      { maxLength: 20 },
    )
    .map((members) => members.map(([key, value]) => `f.${key}=${value}`));

  test("ours arrive, others pass unchanged, and nothing is doubled", () => {
    check(fc.tuple(ids, ids, foreign), ([before, now, others]) => {
      const first = writeBaggage(parseBaggage(others), before).header;
      const { header, dropped } = writeBaggage(parseBaggage(first), now);
      const arrived = parseBaggage(header);
      expect(dropped).toEqual([]);
      expect(readBaggage(arrived)).toEqual({ ...now });
      expect(
        arrived.members.map(({ text }) => text).filter((text) => text.startsWith("f.")),
      ).toEqual(others);
      expect(writeBaggage(arrived, {}).header).toBe(others.join(","));
      expect(arrived.members.filter(({ key }) => key === "session.id")).toHaveLength(1);
    });
  });

  test("hostile headers: within the limits, readable, and the session gets through", () => {
    const hostile = fc.oneof(
      anyText,
      fc.string({ unit: fc.constantFrom(...'a=;,% \t\r\n"é\0'.split("")), maxLength: 400 }),
      fc.nat({ max: 400 }).map((count) => "k=v,".repeat(count)),
      fc.nat({ max: 9000 }).map((size) => `k=${"v".repeat(size)},l=1`),
    );
    check(fc.tuple(fc.array(hostile, { maxLength: 4 }), sessionId), ([headers, id]) => {
      const { header } = writeBaggage(parseBaggage(headers), { sessionId: id });
      const again = parseBaggage(header);
      expect(header).toMatch(/^[\t\x20-\x7e]*$/);
      expect(header.length).toBeLessThanOrEqual(maxBaggageBytes);
      expect(again.members.length).toBeLessThanOrEqual(maxBaggageMembers);
      expect(again.malformed).toBe(0);
      expect(readBaggage(again).sessionId).toBe(id);
    });
  });
});

describe("trace context", () => {
  const context = fc.record({ traceId: hex(32), spanId: hex(16), flags: fc.nat({ max: 3 }) });
  const state = fc.uniqueArray(
    fc.record({
      key: fc.stringMatching(/^[a-z][a-z0-9_*/-]{0,20}$/),
      value: fc.stringMatching(/^[!-+\--<>-~]{1,40}$/),
    }),
    { selector: ({ key }) => key, maxLength: 32 },
  );

  test("what is written is what is read", () => {
    check(fc.tuple(context, state), ([sent, entries]) => {
      expect(parseTraceparent(formatTraceparent(sent))).toEqual(sent);
      expect(parseTracestate(formatTracestate(entries))).toEqual(entries);
    });
  });

  test("whatever comes in, what goes out again is well-formed", () => {
    check(fc.tuple(anyText, anyText, anyText), ([traceparent, tracestate, baggage]) => {
      const { text } = writeCarrier(readCarrier({ traceparent, tracestate, baggage }));
      for (const value of Object.values(text)) expect(value).toMatch(/^[\t\x20-\x7e]+$/);
    });
  });

  test("a child process reads what its parent sent, and nothing of what its parent was", () => {
    check(fc.tuple(context, sessionId, context, sessionId), ([sent, id, own, ownId]) => {
      const started = carrierEnvironment(
        { PATH: "/bin" },
        writeCarrier({ context: own, sessionId: ownId }).text,
      );
      const child = carrierEnvironment(
        started,
        writeCarrier({ context: sent, sessionId: id }).text,
      );
      const read = readCarrier(carrierOfEnvironment(child));
      expect(read.context).toEqual(sent);
      expect(read.session).toEqual({ result: "valid", id });
      expect(carrierEnvironment(child, {})).toEqual({ PATH: "/bin" });
    });
  });
});

test("log fields survive JSON", () => {
  const join = fc.record({ sessionId, traceId: hex(32), spanId: hex(16) });
  check(join, (ids) => {
    expect(
      readLogFields(JSON.parse(JSON.stringify({ msg: "x", ...sessionLogFields(ids) }))),
    ).toEqual(ids);
  });
});

test("no public address or name is a destination, however it is written", () => {
  const publicOctet = fc.integer({ min: 11, max: 99 });
  check(fc.tuple(publicOctet, fc.nat(255), fc.nat(255), fc.nat(255)), ([a, b, c, d]) => {
    const address = `${a}.${b}.${c}.${d}`;
    const number = ((a * 256 + b) * 256 + c) * 256 + d;
    for (const host of [
      address,
      `${address}:443`,
      `${address}.`,
      `[::ffff:${address}]`,
      `::ffff:${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`,
      String(number),
      `0x${number.toString(16)}`,
      `0${a.toString(8)}.${b}.${c}.${d}`,
      `${a}.${number & 0xffffff}`,
    ])
      expect({ host, may: mayCarrySession(host) }).toEqual({ host, may: false });
  });
});

describe("secrets", () => {
  const ids = fc.oneof(
    fc.uuid(),
    hex(16),
    hex(32),
    hex(64),
    fc.ulid(),
    fc.stringMatching(/^[A-Za-z0-9_-]{21}$/),
    sessionId,
    fc.tuple(hex(32), hex(16)).map(([trace, span]) => `00-${trace}-${span}-01`),
  );

  test("ids of ours are never taken for secrets", () => {
    check(ids, (id) => {
      expect(maskSecrets(id)).toBe(id);
      const line = JSON.stringify({ session_id: id, "session.id": id, msg: `opened ${id}` });
      expect(secretsIn(line)).toEqual([]);
    });
  });

  test("what is masked once is masked", () => {
    const bits = fc.constantFrom(
      "ghp_",
      "sk-",
      "sk-ant-",
      "eyJ",
      ".",
      "a".repeat(40),
      "A1".repeat(20),
      "://",
      "u:",
      "@",
      "password=",
      ";",
      " ",
      "API_KEY=",
      "Bearer ",
      "-----BEGIN PRIVATE KEY-----",
      "\n",
      "[masked:github]",
      "[",
      '"',
      "=",
      "AKIA",
    );
    check(fc.array(bits, { maxLength: 12 }), (pieces) => {
      const masked = maskSecrets(pieces.join(""));
      expect(maskSecrets(masked)).toBe(masked);
      expect(secretsIn(masked)).toEqual([]);
    });
  });

  // Half a megabyte of beginnings is seconds to minutes for a pattern that tries each of them to the end.
  test.each([
    "eyJ",
    "eyJ-",
    "eyJa.",
    "sk-",
    "sk-ant-",
    "://",
    "://a:",
    "password=",
    "API_KEY=",
    "A_",
    "AA1_",
    "bearer ",
    "M-",
    "a",
    "A",
    "0",
    "_",
    "-",
    "[",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----\nAAAAAAAA",
    "-----END ",
    "secretaccesskey=",
    "authorization: basic ",
    "0123456789:AA",
    "xoxb-",
    "SG.",
    "AccountKey=%",
    "https://u:p[",
    "?sig=",
  ])("half a megabyte of %j is masked in linear time", (beginning) => {
    const masked = maskSecrets(beginning.repeat(Math.ceil(500_000 / beginning.length)));
    expect(secretsIn(masked)).toEqual([]);
  });

  test("a cut text keeps to its limit and is not cut again", () => {
    check(fc.tuple(anyText, fc.integer({ min: 64, max: 400 })), ([text, limit]) => {
      const cut = capText(text, limit);
      expect(new TextEncoder().encode(cut).length).toBeLessThanOrEqual(limit);
      expect(capText(cut, limit)).toBe(cut);
    });
  });
});
