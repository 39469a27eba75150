/** The host of a destination: of a URL (`https://agents.example.com/ask`), or the text itself (`10.0.0.7:4317`). */
export function hostOf(to: string | URL): string | undefined {
  if (to instanceof URL) return to.hostname;
  if (!to.includes("//")) return to;
  const url = URL.parse(to);
  // `amqp://broker:5672` has a host too; `file:///x` has none.
  return url === null || url.hostname === "" ? undefined : url.hostname;
}
