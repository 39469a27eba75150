import * as core from "@throughline/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";

import { keys, prose, readContract, shapes, type Key } from "./keys.ts";

const named = (kind: string) => keys.filter((key) => key.kind === kind).map(({ name }) => name);
const sorted = (names: Iterable<string>) => [...names].toSorted();
const key = (name: string): Key => {
  const found = keys.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`contract/keys.json has no ${name}`);
  return found;
};

/** `throughline.turn.id` is `turnId` in code, `gen_ai.agent.name` is `genAiAgentName`. */
const constantName = (name: string) =>
  name
    .replace(/^throughline\./, "")
    .replace(/[._-]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

describe("keys.json", () => {
  test("keeps to its schema", () => {
    const validate = new Ajv2020({ allErrors: true }).compile(
      Object(readContract("keys.schema.json")),
    );
    validate(readContract("keys.json"));
    expect(validate.errors).toBeNull();
  });

  test("has every name once", () => {
    expect(sorted(new Set(keys.map(({ name }) => name)))).toEqual(
      sorted(keys.map(({ name }) => name)),
    );
  });

  test("an enum has values and nothing else has", () => {
    for (const { name, type, values } of keys)
      expect({ name, enum: values !== undefined }).toEqual({ name, enum: type === "enum" });
  });

  test("stands where there is something to stand on", () => {
    const places = new Set([
      "span:any",
      ...core.stepKinds.flatMap((step) => [`span:${step}`, `below:${step}`]),
      ...named("event").map((event) => `event:${event}`),
    ]);
    for (const place of keys.flatMap(({ stands }) => stands))
      if (place.includes(":")) expect(places).toContain(place);
  });

  test("what is replaced is not current", () => {
    const current = new Set(keys.map(({ name }) => name));
    expect(keys.flatMap(({ replaces }) => replaces).filter((name) => current.has(name))).toEqual(
      [],
    );
  });

  test("own names follow the naming rules of the conventions", () => {
    for (const name of [...named("attribute"), ...named("event")])
      expect(name).toMatch(/^[a-z][a-z0-9]*([._][a-z0-9]+)*$/);
  });
});

describe("code and keys.json", () => {
  test.each([
    ["attribute", core.attr],
    ["event", core.eventNames],
    ["log_field", core.logFields],
    ["carrier_field", core.carrierFields],
    ["environment", core.envNames],
    ["claim", core.delegationClaims],
  ])("%s", (kind, constants) => {
    expect(sorted(Object.values(constants))).toEqual(sorted(named(kind)));
  });

  test("constants are called what the names say", () => {
    for (const constants of [core.attr, core.eventNames, core.logFields, core.carrierFields])
      for (const [constant, name] of Object.entries(constants))
        expect(constant).toBe(constantName(name));
  });

  test("baggage members are the attributes that travel", () => {
    expect(sorted(Object.values(core.baggageKeys))).toEqual(
      sorted(keys.filter(({ stands }) => stands.includes("baggage")).map(({ name }) => name)),
    );
  });

  test.each([
    ["throughline.step", core.stepKinds],
    ["throughline.outcome", core.outcomes],
    ["throughline.link", core.linkReasons],
    ["throughline.cost.source", core.costSources],
    ["throughline.budget.kind", core.budgetKinds],
    ["throughline.budget.scope", core.budgetScopes],
    ["throughline.content.capture", core.contentCaptures],
    ["throughline.delegation.reason", core.rejectionReasons],
  ])("values of %s", (name, values) => {
    expect(key(name).values).toEqual(values);
  });

  test("content capture is read from the standard switch", () => {
    const modes = key(core.envNames.captureMessageContent).values ?? [];
    expect(modes.map((mode) => core.contentCapture(mode))).toEqual(core.contentCaptures);
    for (const other of [undefined, "", "true", "yes", "constructor", "__proto__"])
      expect(core.contentCapture(other)).toBe("off");
    expect(core.contentCapture(" span_only ")).toBe("span");
  });

  test("span names", () => {
    const byStep = core.stepKinds.map((step) => {
      const { verb, subject, kind } = core.spanShapes[step];
      const name = `${step === "llm" ? "{operation}" : verb} {${subject}}`;
      return `${step}: ${name}, ${kind} span`;
    });
    const listed = keys
      .filter(({ kind }) => kind === "span_name")
      .flatMap(({ name, type, stands }) =>
        stands.map((place) => `${place.replace("span:", "")}: ${name}, ${type}`),
      );
    expect(sorted(listed)).toEqual(sorted(byStep));
  });

  test("superseded names, each with its replacement", () => {
    for (const place of ["attribute", "event"] as const)
      for (const { kind, name, replaces } of keys)
        for (const old of replaces)
          if (kind === place) expect(core.currentName[place](old)).toBe(name);
    for (const { kind, name, replaces } of keys)
      if (kind === "span_name")
        for (const old of replaces)
          expect(name.replace("{operation}", "chat")).toMatch(
            new RegExp(`^${core.currentName.span(old)} `),
          );
    expect(core.currentName.attribute(core.attr.sessionId)).toBeUndefined();
  });

  test("secret shapes", () => {
    expect(
      core.secretShapes.map(({ name, pattern }) => ({
        name,
        pattern: pattern.source,
        ignore_case: pattern.ignoreCase,
      })),
    ).toEqual(shapes);
  });
});

describe("prose and keys.json", () => {
  const quoted = new Set([...prose.matchAll(/`([^`\n]+)`/g)].map(([, name = ""]) => name));

  test("the prose names every key", () => {
    expect(keys.map(({ name }) => name).filter((name) => !quoted.has(name))).toEqual([]);
  });

  test("every name in the prose is a key", () => {
    const looksLikeKey =
      /^(?:(?:session|throughline|gen_ai|service|error)\.[a-z0-9_.]+|OTEL_[A-Z_]+|throughline-[a-z-]+|[a-z.]+(?: \{[a-z]+\})+)$/;
    const known = new Set(keys.map(({ name }) => name));
    expect([...quoted].filter((name) => looksLikeKey.test(name) && !known.has(name))).toEqual([]);
  });

  test("the prose lists the values of every enum", () => {
    for (const { name, type, values = [] } of keys) {
      if (type !== "enum" || name.startsWith("throughline.span.")) continue;
      const lines = prose.split("\n");
      const from = lines.findIndex((line) => line.includes(`\`${name}\`:`));
      // The switch has a table of its own.
      const text = from === -1 ? prose : lines.slice(from, from + 5).join(" ");
      for (const value of values) expect(`${name}: ${text}`).toContain(value);
    }
  });

  test("all twenty rules, once each and in order", () => {
    const rules = [...prose.matchAll(/^- \*\*(C\d\d)\*\* /gm)].map(([, id]) => id);
    expect(rules).toEqual(
      Array.from({ length: 20 }, (_, index) => `C${String(index + 1).padStart(2, "0")}`),
    );
  });

  test("memberships, strongest first", () => {
    const section = prose.slice(prose.indexOf("## 9. Membership"));
    expect([...section.matchAll(/^\d\. \*\*(\w+)\*\*/gm)].map(([, kind]) => kind)).toEqual(
      core.memberships,
    );
  });

  test("the numbers that code has are the prose's", () => {
    const said = (count: number) => count.toLocaleString("en-US");
    expect(prose).toContain(`1 to ${said(core.maxSessionIdBytes)} bytes of UTF-8`);
    expect(prose).toContain(`${said(core.maxTraceSpans)} spans or ${core.maxTraceBytes / 1e6} MB`);
    expect(prose).toContain(
      `At most ${said(core.maxBaggageMembers)} members, ${said(core.maxBaggageBytes)} bytes in all (commas included) and ${said(core.maxBaggageMemberBytes)} bytes a member`,
    );
  });

  test("every link to a companion leads to one", () => {
    const links = [...prose.matchAll(/\]\(((?!#)[^)]+)\)/g)].map(([, target = ""]) => target);
    expect(links.length).toBeGreaterThan(10);
    for (const target of links)
      if (target.endsWith(".json")) expect(readContract(target)).toBeTypeOf("object");
  });
});
