import { segmentRoot, sessionRoot, spanName, spanShapes, type StepKind } from "@throughline/core";
import type { Resource, SpanRecord, TelemetryRecord } from "@throughline/core/record";

import type { Outcome, SessionPlan, StepPlan, TurnPlan } from "./session-plan.ts";
import { type Attributes, epoch, link, log, resource, second, span } from "./telemetry.ts";

/** The telemetry of a session that went as planned and was told as the contract wants it. `seed` keeps ids apart. */
export function perform(plan: SessionPlan, seed: number): readonly TelemetryRecord[] {
  return new Performance(plan, seed).records();
}

export function sessionIdOf(seed: number): string {
  return `thread-${seed}`;
}

interface Context {
  readonly traceId: string;
  readonly spanId: string;
}

interface Work extends Context {
  readonly startNs: bigint;
  /** What everything below carries too. */
  readonly identity: Attributes;
  readonly remote?: boolean;
}

interface Told {
  readonly step: StepKind;
  readonly subject: string;
  readonly outcome?: Outcome | undefined;
  readonly attributes?: Attributes;
  readonly verb?: string;
  readonly links?: SpanRecord["links"];
  readonly announced?: boolean;
}

const milli = second / 1000n;

class Performance {
  readonly #plan: SessionPlan;
  readonly #id: string;
  readonly #root: Context;
  readonly #told: TelemetryRecord[] = [];
  #process: Resource;
  #instance: string;
  readonly #seed: number;
  #ids = 0;
  #nowNs: bigint;
  #turn: Work | undefined;

  constructor(plan: SessionPlan, seed: number) {
    this.#plan = plan;
    this.#id = sessionIdOf(seed);
    this.#root = sessionRoot(this.#id);
    this.#seed = seed;
    this.#nowNs = epoch + BigInt(seed % 1000) * second;
    this.#instance = `support-agent-${seed}`;
    this.#process = this.#agentProcess();
  }

  records(): readonly TelemetryRecord[] {
    const { movesAfter, segmentsAfter, topology, turns } = this.#plan;
    let home = this.#openSession();
    for (const [index, turn] of turns.entries()) {
      if (index === movesAfter) {
        this.#instance = `${this.#instance}-moved`;
        this.#process = this.#agentProcess();
        home = this.#openSession();
      }
      if (topology === "session" && segmentsAfter !== undefined && index >= segmentsAfter)
        home = this.#openSegment(home, index - segmentsAfter + 1);
      this.#performTurn(turn, index, home);
    }
    this.#event("session.end", home, { "throughline.outcome": "ok" });
    return this.#told;
  }

  #agentProcess(): Resource {
    return resource("support-agent", {
      "service.instance.id": this.#instance,
      "throughline.content.capture": this.#plan.capture,
    });
  }

  #openSession(): Work {
    const startNs = this.#tick();
    const identity = {
      "session.id": this.#id,
      "throughline.channel.type": this.#plan.channel,
      "throughline.channel.id": "C42",
    };
    const home = { ...this.#root, startNs, identity };
    this.#event("session.start", home, identity);
    this.#end(home, "", { step: "session", subject: "support", announced: true });
    return home;
  }

  #openSegment(previous: Work, k: number): Work {
    const context = segmentRoot(this.#id, this.#instance, k);
    const segment = { ...context, startNs: this.#tick(), identity: previous.identity };
    this.#end(segment, "", {
      step: "session",
      subject: "support",
      links: [link(this.#root, "session"), link(previous, "previous")],
    });
    return segment;
  }

  #performTurn(plan: TurnPlan, index: number, home: Work): void {
    const apart = this.#plan.topology === "turn";
    const ingress = plan.ingress ? this.#ingress(home) : undefined;
    const turn: Work = {
      traceId: apart ? this.#hex(32) : home.traceId,
      spanId: this.#hex(16),
      startNs: this.#tick(),
      identity: {
        ...home.identity,
        "throughline.turn.id": `${this.#id}-turn-${index}`,
        "throughline.turn.index": index,
        "gen_ai.agent.name": "support",
      },
    };
    const links = [
      ...(apart ? [link(this.#root, "session")] : []),
      ...(apart && this.#turn !== undefined ? [link(this.#turn, "previous")] : []),
      ...(ingress === undefined ? [] : [link(ingress, "ingress")]),
    ];
    // Something to do in every turn: an empty one has nothing below it that could tell.
    this.#perform(turn, { step: "llm", failures: 0, outcome: "ok", http: true }, home);
    for (const step of plan.steps) this.#perform(turn, step, home);
    this.#end(turn, apart ? "" : home.spanId, {
      step: "turn",
      subject: "support",
      outcome: plan.outcome,
      links,
      announced: true,
    });
    this.#turn = turn;
  }

  /** The web server's span that was active when the turn started, with an access log line under it. */
  #ingress(home: Work): Context {
    const startNs = this.#tick();
    const request = span({
      traceId: this.#hex(32),
      spanId: this.#hex(16),
      name: "POST /events",
      spanKind: "server",
      scope: "@opentelemetry/instrumentation-http",
      resource: this.#process,
      attributes: { ...home.identity, "http.request.method": "POST" },
      startNs,
      endNs: startNs + second,
    });
    this.#told.push(request);
    this.#line({ ...request, identity: home.identity });
    return request;
  }

  #perform(parent: Work, plan: StepPlan, home: Work): void {
    switch (plan.step) {
      case "llm":
        for (let attempt = 1; attempt <= plan.failures; attempt++)
          this.#call(parent, attempt, "error", plan.http);
        this.#call(parent, plan.failures + 1, plan.outcome, plan.http);
        break;
      case "tool":
        this.#tool(parent, plan, home);
        break;
      case "log":
        this.#line(parent);
        break;
      case "hook":
        this.#end(this.#below(parent), parent.spanId, {
          step: "hook",
          subject: "PreToolUse",
          outcome: "ok",
        });
        break;
      case "action": {
        const action = this.#below(parent);
        for (const step of plan.inside) this.#perform(action, step, home);
        this.#end(action, parent.spanId, { step: "action", subject: "triage", outcome: "ok" });
        break;
      }
      case "agent":
        this.#agent(parent, plan, home);
        break;
      case "sidecar": {
        const sidecar = plan.detached ? this.#detached(parent, home) : this.#below(parent);
        this.#call(sidecar, 1, "ok", false);
        this.#end(sidecar, plan.detached ? home.spanId : parent.spanId, {
          step: "sidecar",
          subject: "title",
          outcome: "ok",
          links: plan.detached ? [link(parent, "invoker")] : [],
        });
        break;
      }
      case "delegation":
        this.#delegate(parent, plan.answer);
        break;
      default:
    }
  }

  #call(parent: Work, attempt: number, outcome: Outcome, http: boolean): void {
    const call = this.#below(parent);
    const { capture } = this.#plan;
    const messages = JSON.stringify([{ role: "user", parts: [{ type: "text", content: "hi" }] }]);
    if (http) this.#foreign(call, "POST", { "server.address": "api.openai.com" });
    if (capture === "event" || capture === "both")
      this.#event("gen_ai.client.inference.operation.details", call, {
        ...call.identity,
        "gen_ai.input.messages": messages,
      });
    this.#end(call, parent.spanId, {
      step: "llm",
      subject: "gpt-5.4",
      verb: "chat",
      outcome,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-5.4",
        "throughline.llm.attempt": attempt,
        ...(capture === "span" || capture === "both" ? { "gen_ai.input.messages": messages } : {}),
        ...(outcome === "ok"
          ? {
              "gen_ai.response.id": `resp_${this.#hex(16)}`,
              "gen_ai.usage.input_tokens": 812,
              "gen_ai.usage.output_tokens": 96,
              "throughline.cost.amount": 0.0042,
              "throughline.cost.currency": "USD",
              "throughline.cost.source": "priced",
            }
          : {}),
      },
    });
    this.#line(call);
  }

  #tool(parent: Work, plan: StepPlan & { step: "tool" }, home: Work): void {
    const tool = this.#below(parent);
    if (plan.approval)
      this.#end(this.#below(tool), tool.spanId, {
        step: "tool.approval",
        subject: "refund",
        outcome: "ok",
        attributes: {
          "throughline.approval.decision": "proceed_once",
          "throughline.approval.source": "human",
        },
      });
    const execution = this.#below(tool);
    if (plan.remote) this.#service(execution);
    for (const step of plan.inside) this.#perform(execution, step, home);
    this.#end(execution, tool.spanId, {
      step: "tool.execution",
      subject: "refund",
      outcome: plan.outcome,
    });
    this.#end(tool, parent.spanId, {
      step: "tool",
      subject: "refund",
      outcome: plan.outcome,
      attributes: {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "refund",
        "gen_ai.tool.call.id": `call_${this.#hex(16)}`,
        "throughline.tool.arguments.size": 120,
        "throughline.tool.arguments.sha256": this.#hex(16),
      },
    });
  }

  #agent(parent: Work, plan: StepPlan & { step: "agent" }, home: Work): void {
    const place = plan.detached ? this.#detached(parent, home) : this.#below(parent);
    const agent = {
      ...place,
      identity: {
        ...place.identity,
        "gen_ai.agent.name": "researcher",
        "throughline.agent.run_id": this.#hex(16),
        "throughline.agent.parent_run_id": parent.identity["throughline.agent.run_id"],
      },
    };
    for (const step of plan.inside) this.#perform(agent, step, home);
    this.#end(agent, plan.detached ? home.spanId : parent.spanId, {
      step: "agent",
      subject: "researcher",
      outcome: "ok",
      attributes: { "gen_ai.operation.name": "invoke_agent" },
      links: plan.detached ? [link(parent, "invoker")] : [],
      announced: true,
    });
  }

  #delegate(parent: Work, answer: "same session" | "own session" | "rejected"): void {
    const delegation = this.#below(parent);
    const did = { "throughline.delegation.id": `d-${this.#hex(16)}` };
    this.#event("throughline.delegation.start", delegation, { ...delegation.identity, ...did });
    const own = `${this.#id}-partner-${this.#hex(16)}`;
    const identity = answer === "same session" ? { "session.id": this.#id } : { "session.id": own };
    const partner = resource("partner-agent");
    const request = span({
      traceId: delegation.traceId,
      spanId: this.#hex(16),
      parentSpanId: delegation.spanId,
      parentIsRemote: true,
      name: "POST /a2a",
      spanKind: "server",
      scope: "@opentelemetry/instrumentation-http",
      resource: partner,
      attributes: identity,
      links: answer === "same session" ? [] : [link(delegation, "delegation")],
      startNs: this.#tick(),
    });
    this.#told.push(request);
    if (answer !== "same session") this.#partnerSession(own, request, partner);
    this.#event(
      answer === "rejected" ? "throughline.delegation.rejected" : "throughline.delegation.end",
      delegation,
      { ...delegation.identity, ...did },
    );
    this.#end(delegation, parent.spanId, {
      step: "delegation",
      subject: "partner",
      outcome: answer === "rejected" ? "error" : "ok",
      attributes: did,
      announced: true,
    });
  }

  /** The other agent keeps its own trace, and its turn links the request that brought the work. */
  #partnerSession(id: string, request: Context, process: Resource): void {
    const root = sessionRoot(id);
    const startNs = this.#tick();
    const at = { ...root, resource: process };
    this.#told.push(
      log({ ...at, eventName: "session.start", timeNs: startNs, attributes: { "session.id": id } }),
      span({
        ...at,
        name: "session partner",
        attributes: { "session.id": id, "throughline.step": "session" },
        startNs,
      }),
      span({
        ...at,
        spanId: this.#hex(16),
        parentSpanId: root.spanId,
        name: "invoke_agent partner",
        attributes: {
          "session.id": id,
          "throughline.step": "turn",
          "throughline.turn.id": this.#hex(16),
          "throughline.turn.index": 0,
          "throughline.outcome": "ok",
        },
        links: [link(request, "ingress")],
        startNs: this.#tick(),
      }),
      log({
        ...at,
        eventName: "session.end",
        timeNs: this.#tick(),
        attributes: { "session.id": id, "throughline.outcome": "ok" },
      }),
    );
  }

  /** A service of the same house that takes the session up from baggage, and its database call. */
  #service(parent: Work): void {
    const client = this.#foreign(parent, "GET", { "server.address": "orders.svc" });
    const process = resource("orders");
    const shared = {
      traceId: parent.traceId,
      resource: process,
      scope: "http",
      attributes: { "session.id": this.#id },
    };
    const server = span({
      ...shared,
      spanId: this.#hex(16),
      parentSpanId: client.spanId,
      parentIsRemote: true,
      name: "GET /orders",
      spanKind: "server",
      startNs: this.#tick(),
    });
    this.#told.push(
      server,
      span({
        ...shared,
        spanId: this.#hex(16),
        parentSpanId: server.spanId,
        parentIsRemote: false,
        name: "SELECT orders",
        spanKind: "client",
        scope: "pg",
        startNs: this.#tick(),
      }),
    );
  }

  #foreign(parent: Work, name: string, attributes: Attributes): SpanRecord {
    const made = span({
      traceId: parent.traceId,
      spanId: this.#hex(16),
      parentSpanId: parent.spanId,
      name,
      spanKind: "client",
      scope: "@opentelemetry/instrumentation-undici",
      resource: this.#process,
      attributes: { "session.id": this.#id, ...attributes },
      startNs: this.#tick(),
    });
    this.#told.push(made);
    return made;
  }

  #below(parent: Work): Work {
    const { identity, traceId } = parent;
    return { traceId, spanId: this.#hex(16), startNs: this.#tick(), identity };
  }

  #detached(invoker: Work, home: Work): Work {
    return { ...this.#below(invoker), traceId: home.traceId };
  }

  #end(work: Work, parentSpanId: string, told: Told): void {
    const { announced, attributes, links = [], outcome, step, subject, verb } = told;
    const name = spanName(step, subject, verb);
    const kind = spanShapes[step].kind;
    if (announced === true)
      this.#told.push(
        log({
          traceId: work.traceId,
          spanId: work.spanId,
          eventName: "throughline.span.start",
          timeNs: work.startNs,
          resource: this.#process,
          attributes: {
            ...work.identity,
            "throughline.step": step,
            "throughline.span.name": name,
            "throughline.span.kind": kind,
            "throughline.span.parent_id": parentSpanId,
            "throughline.span.start_time_unix_nano": work.startNs,
          },
        }),
      );
    this.#told.push(
      span({
        traceId: work.traceId,
        spanId: work.spanId,
        parentSpanId,
        name,
        spanKind: kind,
        resource: this.#process,
        attributes: {
          ...work.identity,
          "throughline.step": step,
          "throughline.outcome": outcome,
          "error.type": outcome === "error" ? "timeout" : undefined,
          ...attributes,
        },
        status: outcome === "error" ? "error" : "unset",
        links,
        startNs: work.startNs,
        endNs: this.#tick(),
      }),
    );
  }

  #line(at: Context & { readonly identity: Attributes }): void {
    this.#told.push(
      log({
        traceId: at.traceId,
        spanId: at.spanId,
        timeNs: this.#tick(),
        resource: this.#process,
        scope: "pino",
        attributes: { "session.id": this.#id },
      }),
    );
  }

  #event(eventName: string, at: Context, attributes: Attributes): void {
    this.#told.push(
      log({
        traceId: at.traceId,
        spanId: at.spanId,
        eventName,
        timeNs: this.#tick(),
        body: null,
        resource: this.#process,
        attributes: { "session.id": this.#id, ...attributes },
      }),
    );
  }

  #tick(): bigint {
    this.#nowNs += 20n * milli;
    return this.#nowNs;
  }

  /** At least 16 digits, none twice, and none of another seed's. */
  #hex(length: number): string {
    this.#ids++;
    return `${this.#seed.toString(16).padStart(8, "0")}${this.#ids.toString(16).padStart(length - 8, "0")}`;
  }
}
