import { context as contexts, type Context } from "@opentelemetry/api";

import { Place, Turn } from "./handles/handles.ts";
import { perform } from "./handles/perform.ts";
import type { TurnOptions } from "./handles/options.ts";
import { identityIn } from "./context/step-context.ts";
import type { Identity } from "./identity.ts";
import type { Log } from "./log/log.ts";
import { carriedIdentity } from "./session/carried-identity.ts";
import { Session } from "./session/session.ts";
import { begin, type Ground } from "./step/begin.ts";
import { isKind } from "./step/step.ts";

/** Wherever the caller stands. It holds nothing: the context is asked at every call. */
class Ambient extends Place {
  get context(): Context {
    return contexts.active();
  }

  protected get identity(): Identity | undefined {
    return identityAt(contexts.active());
  }

  protected get ground(): Ground {
    const context = contexts.active();
    const identity = identityAt(context);
    return { identity, step: identity?.step, context };
  }

  turn<T>(options: TurnOptions, fn: (turn: Turn) => T): T {
    const session = currentSession();
    if (session !== undefined) return session.turn(options, fn);
    const { agent, input, id = crypto.randomUUID(), index } = options;
    const turn = { id, ...(index !== undefined && { index }) };
    return perform(new Turn(begin(this.ground, "turn", { agent, input }, options, { turn })), fn);
  }
}

const ambient = new Ambient();

function identityAt(context: Context): Identity | undefined {
  return identityIn(context) ?? carriedIdentity(context);
}

/** The session the caller stands in. */
export function currentSession(): Session | undefined {
  const identity = identityAt(contexts.active());
  return identity?.session === undefined ? undefined : new Session(identity.session, identity);
}

export function currentTurn(): Turn | undefined {
  let step = identityIn(contexts.active())?.step;
  while (step !== undefined && !isKind(step, "turn")) step = step.parent;
  return step === undefined ? undefined : new Turn(step);
}

/** The same calls as on a handle, for the ambient session; without one they work, carry no session and are counted. */
export const turn: Ambient["turn"] = ambient.turn.bind(ambient);
export const llm: Ambient["llm"] = ambient.llm.bind(ambient);
export const startLlm: Ambient["startLlm"] = ambient.startLlm.bind(ambient);
export const tool: Ambient["tool"] = ambient.tool.bind(ambient);
export const agent: Ambient["agent"] = ambient.agent.bind(ambient);
export const action: Ambient["action"] = ambient.action.bind(ambient);
export const hook: Ambient["hook"] = ambient.hook.bind(ambient);
export const sidecar: Ambient["sidecar"] = ambient.sidecar.bind(ambient);
export const log: Log = ambient.log;
