import { segmentRoot } from "@throughline/core";
import type { Resource, TelemetryRecord } from "@throughline/core/record";

import { askService, delegate } from "./others.ts";
import type { Outcome, SessionPlan, StepPlan, TurnPlan } from "./session-plan.ts";
import { type Context, Teller, type Work } from "./teller.ts";
import { link, resource, second, span } from "./telemetry.ts";

/** The telemetry of a session that went as planned and was told as the contract wants it. `seed` keeps ids apart. */
export function perform(plan: SessionPlan, seed: number): readonly TelemetryRecord[] {
  return new Performance(plan, seed).records();
}

export function sessionIdOf(seed: number): string {
  return `thread-${seed}`;
}

class Performance {
  readonly #plan: SessionPlan;
  readonly #teller: Teller;
  #instance: string;
  #turn: Work | undefined;

  constructor(plan: SessionPlan, seed: number) {
    this.#plan = plan;
    this.#instance = `support-agent-${seed}`;
    this.#teller = new Teller(sessionIdOf(seed), seed, this.#agentProcess());
  }

  records(): readonly TelemetryRecord[] {
    const { movesAfter, segmentsAfter, topology, turns } = this.#plan;
    let home = this.#openSession();
    for (const [index, turn] of turns.entries()) {
      if (index === movesAfter) {
        this.#instance = `${this.#instance}-moved`;
        this.#teller.process = this.#agentProcess();
        home = this.#openSession();
      }
      if (topology === "session" && segmentsAfter !== undefined && index >= segmentsAfter)
        home = this.#openSegment(home, index - segmentsAfter + 1);
      this.#performTurn(turn, index, home);
    }
    this.#teller.event("session.end", home, { "throughline.outcome": "ok" });
    return this.#teller.records;
  }

  #agentProcess(): Resource {
    return resource("support-agent", {
      "service.instance.id": this.#instance,
      "throughline.content.capture": this.#plan.capture,
    });
  }

  #openSession(): Work {
    const startNs = this.#teller.tick();
    const identity = {
      "session.id": this.#teller.id,
      "throughline.channel.type": this.#plan.channel,
      "throughline.channel.id": "C42",
    };
    const home = { ...this.#teller.root, startNs, identity };
    this.#teller.event("session.start", home, identity);
    this.#teller.end(home, "", { step: "session", subject: "support", announced: true });
    return home;
  }

  #openSegment(previous: Work, k: number): Work {
    const context = segmentRoot(this.#teller.id, this.#instance, k);
    const segment = { ...context, startNs: this.#teller.tick(), identity: previous.identity };
    this.#teller.end(segment, "", {
      step: "session",
      subject: "support",
      links: [link(this.#teller.root, "session"), link(previous, "previous")],
    });
    return segment;
  }

  #performTurn(plan: TurnPlan, index: number, home: Work): void {
    const apart = this.#plan.topology === "turn";
    const ingress = plan.ingress ? this.#ingress(home) : undefined;
    const turn: Work = {
      traceId: apart ? this.#teller.hex(32) : home.traceId,
      spanId: this.#teller.hex(16),
      startNs: this.#teller.tick(),
      identity: {
        ...home.identity,
        "throughline.turn.id": `${this.#teller.id}-turn-${index}`,
        "throughline.turn.index": index,
        "gen_ai.agent.name": "support",
      },
    };
    const links = [
      ...(apart ? [link(this.#teller.root, "session")] : []),
      ...(apart && this.#turn !== undefined ? [link(this.#turn, "previous")] : []),
      ...(ingress === undefined ? [] : [link(ingress, "ingress")]),
    ];
    // Something to do in every turn: an empty one has nothing below it that could tell.
    this.#perform(turn, { step: "llm", failures: 0, outcome: "ok", http: true }, home);
    for (const step of plan.steps) this.#perform(turn, step, home);
    this.#teller.end(turn, apart ? "" : home.spanId, {
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
    const startNs = this.#teller.tick();
    const request = span({
      traceId: this.#teller.hex(32),
      spanId: this.#teller.hex(16),
      name: "POST /events",
      spanKind: "server",
      scope: "@opentelemetry/instrumentation-http",
      resource: this.#teller.process,
      attributes: { ...home.identity, "http.request.method": "POST" },
      startNs,
      endNs: startNs + second,
    });
    this.#teller.records.push(request);
    this.#teller.line({ ...request, identity: home.identity });
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
        this.#teller.line(parent);
        break;
      case "hook":
        this.#teller.end(this.#teller.below(parent), parent.spanId, {
          step: "hook",
          subject: "PreToolUse",
          outcome: "ok",
        });
        break;
      case "action": {
        const action = this.#teller.below(parent);
        for (const step of plan.inside) this.#perform(action, step, home);
        this.#teller.end(action, parent.spanId, {
          step: "action",
          subject: "triage",
          outcome: "ok",
        });
        break;
      }
      case "agent":
        this.#agent(parent, plan, home);
        break;
      case "sidecar": {
        const sidecar = plan.detached
          ? this.#teller.detached(parent, home)
          : this.#teller.below(parent);
        this.#call(sidecar, 1, "ok", false);
        this.#teller.end(sidecar, plan.detached ? home.spanId : parent.spanId, {
          step: "sidecar",
          subject: "title",
          outcome: "ok",
          links: plan.detached ? [link(parent, "invoker")] : [],
        });
        break;
      }
      case "delegation":
        delegate(this.#teller, parent, plan.answer);
        break;
      default:
    }
  }

  #call(parent: Work, attempt: number, outcome: Outcome, http: boolean): void {
    const call = this.#teller.below(parent);
    const { capture } = this.#plan;
    const messages = JSON.stringify([{ role: "user", parts: [{ type: "text", content: "hi" }] }]);
    if (http) this.#teller.foreign(call, "POST", { "server.address": "api.openai.com" });
    if (capture === "event" || capture === "both")
      this.#teller.event("gen_ai.client.inference.operation.details", call, {
        ...call.identity,
        "gen_ai.input.messages": messages,
      });
    this.#teller.end(call, parent.spanId, {
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
              "gen_ai.response.id": `resp_${this.#teller.hex(16)}`,
              "gen_ai.usage.input_tokens": 812,
              "gen_ai.usage.output_tokens": 96,
              "throughline.cost.amount": 0.0042,
              "throughline.cost.currency": "USD",
              "throughline.cost.source": "priced",
            }
          : {}),
      },
    });
    this.#teller.line(call);
  }

  #tool(parent: Work, plan: StepPlan & { step: "tool" }, home: Work): void {
    const tool = this.#teller.below(parent);
    if (plan.approval)
      this.#teller.end(this.#teller.below(tool), tool.spanId, {
        step: "tool.approval",
        subject: "refund",
        outcome: "ok",
        attributes: {
          "throughline.approval.decision": "proceed_once",
          "throughline.approval.source": "human",
        },
      });
    const execution = this.#teller.below(tool);
    if (plan.remote) askService(this.#teller, execution);
    for (const step of plan.inside) this.#perform(execution, step, home);
    this.#teller.end(execution, tool.spanId, {
      step: "tool.execution",
      subject: "refund",
      outcome: plan.outcome,
    });
    this.#teller.end(tool, parent.spanId, {
      step: "tool",
      subject: "refund",
      outcome: plan.outcome,
      attributes: {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "refund",
        "gen_ai.tool.call.id": `call_${this.#teller.hex(16)}`,
        "throughline.tool.arguments.size": 120,
        "throughline.tool.arguments.sha256": this.#teller.hex(16),
      },
    });
  }

  #agent(parent: Work, plan: StepPlan & { step: "agent" }, home: Work): void {
    const place = plan.detached ? this.#teller.detached(parent, home) : this.#teller.below(parent);
    const agent = {
      ...place,
      identity: {
        ...place.identity,
        "gen_ai.agent.name": "researcher",
        "throughline.agent.run_id": this.#teller.hex(16),
        "throughline.agent.parent_run_id": parent.identity["throughline.agent.run_id"],
      },
    };
    for (const step of plan.inside) this.#perform(agent, step, home);
    this.#teller.end(agent, plan.detached ? home.spanId : parent.spanId, {
      step: "agent",
      subject: "researcher",
      outcome: "ok",
      attributes: { "gen_ai.operation.name": "invoke_agent" },
      links: plan.detached ? [link(parent, "invoker")] : [],
      announced: true,
    });
  }
}
