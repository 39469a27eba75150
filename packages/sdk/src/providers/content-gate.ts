/**
 * An integration of the AI SDK that sees no content unless it is captured here: the SDK records it by default, and leaves it
 * out where an event says `recordInputs: false` and `recordOutputs: false`.
 */
export function withContentGate<T extends object>(integration: T, captures: () => boolean): T {
  return new Proxy(integration, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (event: unknown, ...rest: unknown[]): unknown =>
        Reflect.apply(value, target, [captures() ? event : gated(event), ...rest]);
    },
  });
}

function gated(event: unknown): unknown {
  if (typeof event !== "object" || event === null) return event;
  // Over the event, not a copy of it: some of its fields are getters.
  const nothing = { value: false, enumerable: true };
  return Object.create(event, { recordInputs: nothing, recordOutputs: nothing });
}
