import { propagation, ROOT_CONTEXT, context } from "@opentelemetry/api";
import { ameideProfile, defaultProfile } from "@throughline/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { carry, configure, session, type Turn } from "@throughline/sdk";

import { host, type Host } from "../support/host.ts";

let app: Host;
beforeEach(() => {
  app = host();
});
afterEach(async () => {
  configure({ trustedHosts: [], profile: defaultProfile });
  await app.stop();
});

const id = "33878ff9-1467-43ef-a692-634a21bbb1bf";

function inTurn<T>(fn: (turn: Turn) => T): T {
  return session({ id }, (s) => s.turn({ id: "t-1", index: 0 }, fn));
}

describe("what travels where", () => {
  test.each([
    "http://127.0.0.1:8080/ask",
    "http://[::1]:8080/",
    "https://10.1.2.3/",
    "http://billing/ask",
    "https://orders.shop.svc.cluster.local/",
    "https://ledger.internal",
    "amqp://rabbit:5672",
    "10.0.0.7:9092",
    "local",
  ])("the session to %s", (to) => {
    inTurn((turn) => {
      expect(carry.headers(to, turn).baggage).toContain(`session.id=${id}`);
    });
  });

  test.each([
    "https://api.openai.com/v1/responses",
    "https://8.8.8.8/",
    "http://134744072/",
    "https://agents.example.com/",
    "kafka-1.example.com:9092",
    "https://user@10.0.0.1.example.com/",
    "file:///etc/passwd",
    "",
  ])("the trace but not the session to %j (qwen-code#4384)", (to) => {
    inTurn((turn) => {
      const headers = carry.headers(to, turn);
      expect(headers).toEqual({ traceparent: expect.any(String) });
      expect(carry.payload(to, turn)).toEqual({});
      expect(carry.cloudEvent({}, to, turn)).not.toHaveProperty("sessionid");
    });
  });

  test("further hosts are named, exactly or by suffix", () => {
    configure({ trustedHosts: ["agents.example.com", ".partner.example"] });
    inTurn((turn) => {
      expect(carry.headers("https://agents.example.com", turn)).toHaveProperty("baggage");
      expect(carry.headers("https://a.partner.example", turn)).toHaveProperty("baggage");
      expect(carry.headers("https://www.example.com", turn)).not.toHaveProperty("baggage");
    });
  });

  test("turn and agent run go along", () => {
    inTurn((turn) =>
      turn.agent({ name: "researcher", runId: "r-1" }, (agent) => {
        expect(carry.headers("local", agent).baggage).toBe(
          `session.id=${id},throughline.turn.id=t-1,throughline.turn.index=0,throughline.agent.run_id=r-1`,
        );
      }),
    );
  });

  test("the host's baggage goes along, another session's ids in it do not", () => {
    const baggage = propagation.createBaggage({
      tenant: { value: "a b,c" },
      "session.id": { value: "somebody-else" },
    });
    context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () => {
      inTurn((turn) => {
        const ours = `session.id=${id},tenant=a%20b%2Cc,throughline.turn.id=t-1,throughline.turn.index=0`;
        expect(carry.headers("local", turn).baggage).toBe(ours);
        expect(carry.headers("api.openai.com", turn).baggage).toBe("tenant=a%20b%2Cc");
      });
    });
  });

  test("the ambient session is carried where no handle is named", () => {
    inTurn((turn) => expect(carry.headers("local")).toEqual(carry.headers("local", turn)));
    expect(carry.headers("local")).toEqual({});
  });

  test("names are the profile's", () => {
    configure({ profile: ameideProfile });
    inTurn((turn) => {
      expect(carry.headers("local", turn).baggage).toContain(`ameide.session_id=${id}`);
      expect(carry.payload("local", turn)).toEqual({ ameide_session_id: id });
    });
  });
});

describe("each protocol has its place for it", () => {
  test("MCP", () => {
    inTurn((turn) => {
      const params = { name: "search", _meta: { progressToken: 7 } };
      expect(carry.mcp(params, "local", turn)).toEqual({
        name: "search",
        _meta: { progressToken: 7, ...carry.headers("local", turn) },
      });
    });
  });

  test("A2A", () => {
    inTurn((turn) => {
      const message = { messageId: "m1", parts: [] };
      expect(carry.a2a(message, "local", turn)).toEqual({
        ...message,
        metadata: carry.headers("local", turn),
      });
    });
  });

  test("CloudEvents", () => {
    inTurn((turn) => {
      const event = { specversion: "1.0", id: "1", source: "/shop", type: "order" };
      const { traceparent } = carry.headers("local", turn);
      expect(carry.cloudEvent(event, "local", turn)).toEqual({
        ...event,
        traceparent,
        sessionid: id,
      });
    });
  });

  test("the environment of a child has what belongs to it, not what this process was started with (qwen-code#4998)", () => {
    const started = {
      PATH: "/bin",
      TRACESTATE: "a=1",
      BAGGAGE: "session.id=the-first-one",
      TRACEPARENT: "00-11111111111111111111111111111111-2222222222222222-01",
    };
    inTurn((turn) => {
      const { traceparent, baggage } = carry.headers("local", turn);
      expect(carry.env(turn, started)).toEqual({
        PATH: "/bin",
        TRACEPARENT: traceparent,
        BAGGAGE: baggage,
      });
    });
    expect(carry.env(undefined, started)).toEqual({ PATH: "/bin" });
  });
});
