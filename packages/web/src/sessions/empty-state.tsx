import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { CopyButton } from "../app/copy-button.tsx";
import { getJson } from "../app/http.ts";
import { count } from "../text/format.ts";

interface Status {
  readonly version: string;
  readonly http: string;
  readonly grpc: string;
  readonly received: { readonly spans: number; readonly logs: number; readonly metrics: number };
}

const recipes = [
  {
    name: "Any OpenTelemetry program",
    lines: (at: string) => [
      `export OTEL_EXPORTER_OTLP_ENDPOINT=${at}`,
      "export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
    ],
  },
  {
    name: "A coding agent",
    lines: () => ["throughline run -- claude", "# or codex, gemini, qwen ..."],
  },
  {
    name: "Your agent in TypeScript",
    lines: (at: string) => [
      `import { session } from "@throughline/sdk";`,
      `import { start } from "@throughline/sdk/start";`,
      "",
      `start({ service: "my-agent" }); // sends to ${at}`,
      `await session({ agent: "support" }, async (s) => {`,
      "  // await s.turn({ input }, async (turn) => ...)",
      "});",
    ],
  },
  { name: "No agent at hand", lines: () => ["throughline up --demo"] },
];

/** Instead of an empty table: where to send what, and what has arrived so far. */
export function EmptyState(): JSX.Element {
  const [status, setStatus] = useState<Status | null>(null);
  useEffect(() => {
    const ask = () => {
      getJson<Status>("/api/v1/status").then(setStatus, () => setStatus(null));
    };
    ask();
    const timer = setInterval(ask, 1_000);
    return () => clearInterval(timer);
  }, []);
  const at = location.origin;
  return (
    <main class="empty">
      <h1>No sessions yet</h1>
      <p class="lead">
        Send OTLP here. A session appears as soon as its first span or log record is on disk.
      </p>
      <dl class="ports">
        <dt>OTLP over HTTP</dt>
        <dd>
          <code>{at}</code> <CopyButton text={at} what="the HTTP address" />
        </dd>
        <dt>OTLP over gRPC</dt>
        <dd>
          {status === null ? (
            <span class="muted">…</span>
          ) : (
            <>
              <code>{status.grpc}</code> <CopyButton text={status.grpc} what="the gRPC address" />
            </>
          )}
        </dd>
        <dt>Received</dt>
        <dd aria-live="polite">
          <Received status={status} />
        </dd>
      </dl>
      <div class="recipes">
        {recipes.map(({ lines, name }) => (
          <section key={name} aria-label={name}>
            <h2>
              {name} <CopyButton text={lines(at).join("\n")} what={name} />
            </h2>
            <pre tabIndex={0}>{lines(at).join("\n")}</pre>
          </section>
        ))}
      </div>
    </main>
  );
}

function Received({ status }: { readonly status: Status | null }): JSX.Element {
  if (status === null) return <span class="muted">The backend does not answer.</span>;
  const { logs, metrics, spans } = status.received;
  if (spans + logs + metrics === 0) return <span class="pulse on">nothing yet, listening</span>;
  const parts = [
    spans > 0 ? `${count(spans)} spans` : "",
    logs > 0 ? `${count(logs)} log records` : "",
    metrics > 0 ? `${count(metrics)} metric points` : "",
  ].filter((part) => part !== "");
  const none = spans + logs > 0;
  return (
    <>
      <span class={none ? "warn" : ""}>
        {parts.join(", ")} arrived{none ? ", none carries a session." : "."}
      </span>
      <p class="hint">
        {none ? (
          <>
            Records join a session by the attribute <code>session.id</code> (or a name a known
            emitter uses for it), by their trace, or by the door they came through:{" "}
            <code>throughline run -- COMMAND</code> gives a program a session of its own.{" "}
            <code>throughline inventory</code> lists what arrived and what each lacks.
          </>
        ) : (
          "Sessions are made of spans and log records; metrics alone show none."
        )}
      </p>
    </>
  );
}
