import { createHash } from "node:crypto";

import { reply, type Visit } from "../door/visit.ts";
import type { Refusal } from "../refusal/refusal.ts";
import { Html, markup } from "./markup.ts";

const style = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color-scheme: light dark; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; }
td:first-child { overflow-wrap: anywhere; }
pre { overflow-x: auto; }
`;

/** Nothing is loaded and nothing runs: the one style sheet is allowed by its digest. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function replyPage({ response }: Visit, title: string, body: Html, status = 200): void {
  const page = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${new Html(style)}</style></head>
<body>${body}</body></html>
`;
  reply(response, status, "text/html; charset=utf-8", page.text, {
    "content-security-policy": policy,
  });
}

export function refusePage(visit: Visit, { message, entry, status }: Refusal): void {
  const body = markup`<h1>Throughline</h1><p>${message}</p><p>${entry.todo}</p>`;
  replyPage(visit, "Throughline", body, status);
}
