import { mayHoldSecret } from "./secret-look.ts";
import { utf8 } from "./utf8.ts";

/**
 * What no telemetry may hold (C14). Every pattern is written in the regular expressions that JavaScript, Python and RE2
 * share, has two groups, text before and text after that stay, and finds nothing in what it has itself masked.
 *
 * Linear in the input, one after the other: repeated parts are bounded or can't overlap with what follows, and no two
 * attempts of one pattern read the same text.
 */
export interface SecretShape {
  readonly name: string;
  readonly pattern: RegExp;
}

const value = "[A-Za-z_+/=~-]{0,64}[0-9][A-Za-z0-9_+/=~-]{11,}";

/** The most telling shape first, because the first one names the mask. */
export const secretShapes: readonly SecretShape[] = [
  shape(
    "private-key",
    "()-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[ \\t\\r\\n]|\\\\[nr]){0,8}[A-Za-z0-9+/=:,-]{8}[\\s\\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)()",
  ),
  shape("anthropic", "()\\bsk-ant-[A-Za-z0-9_-]{20,}()"),
  shape("openai", "()\\bsk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}()"),
  shape("openrouter", "()\\bsk-or-[A-Za-z0-9_-]{20,}()"),
  // Also DeepSeek, Moonshot and DashScope; without hyphens, because CSS classes begin with sk- too.
  shape("provider-key", "()\\bsk-[A-Za-z0-9]{32,}()"),
  shape("langfuse", "()\\bsk-lf-[A-Za-z0-9-]{20,}()"),
  shape("groq", "()\\bgsk_[A-Za-z0-9]{40,}()"),
  shape("xai", "()\\bxai-[A-Za-z0-9]{40,}()"),
  shape("perplexity", "()\\bpplx-[A-Za-z0-9]{40,}()"),
  shape("hugging-face", "()\\bhf_[A-Za-z0-9]{30,}()"),
  shape("replicate", "()\\br8_[A-Za-z0-9]{30,}()"),
  shape("google-api-key", "()\\bAIza[A-Za-z0-9_-]{35}()"),
  shape("google-oauth", "()\\b(?:ya29\\.|GOCSPX-)[A-Za-z0-9_-]{20,}()"),
  shape("aws-access-key", "()\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b()"),
  shape("aws-bedrock", "()\\bABSK[A-Za-z0-9+/]{100,}={0,2}()"),
  shape(
    "aws-secret",
    "((?:secret_?access_?key|session_?token)\\\\?[\"']?[ ]{0,2}[:=][ ]{0,2}\\\\?[\"']?)[A-Za-z0-9/+]{40}[A-Za-z0-9/+=]*()",
    "i",
  ),
  shape(
    "azure-key",
    "(\\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=)[A-Za-z0-9+/%]{30,}={0,2}()",
    "i",
  ),
  shape("github", "()\\b(?:gh[oprsu]_[A-Za-z0-9_]{30,}|github_pat_[A-Za-z0-9_]{22,})()"),
  shape("gitlab", "()\\bgl(?:pat|ptt|dt|rt|cbt|ft|oas|soat)-[A-Za-z0-9_-]{20,}()"),
  shape("slack", "()\\b(?:xox[a-z]|xapp)-[A-Za-z0-9-]{10,}()"),
  shape("slack-webhook", "(hooks\\.slack\\.com/(?:services|workflows)/)[A-Za-z0-9/_-]{20,}()"),
  shape("discord", "()\\b[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,}()"),
  shape(
    "discord-webhook",
    "(discord(?:app)?\\.com/api/webhooks/)[0-9]{17,20}/[A-Za-z0-9_-]{60,}()",
  ),
  shape("telegram", "()\\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}()"),
  shape("stripe", "()\\b(?:(?:sk|rk)_(?:live|test)|whsec)_[A-Za-z0-9]{16,}()"),
  shape("npm", "()\\bnpm_[A-Za-z0-9]{36}()"),
  shape("pypi", "()\\bpypi-AgE[A-Za-z0-9_-]{50,}()"),
  shape("sendgrid", "()\\bSG\\.[A-Za-z0-9_-]{20,24}\\.[A-Za-z0-9_-]{39,50}()"),
  shape("grafana", "()\\b(?:glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|glc_[A-Za-z0-9+/]{32,}={0,2})()"),
  shape("vault", "()\\bhv[bs]\\.[A-Za-z0-9_-]{24,}()"),
  shape("databricks", "()\\bdapi[0-9a-f]{32}\\b()"),
  shape("digitalocean", "()\\bdo[opr]_v1_[0-9a-f]{64}()"),
  shape("shopify", "()\\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}()"),
  shape("linear", "()\\blin_(?:api|oauth)_[A-Za-z0-9]{40,}()"),
  shape("age", "()\\bAGE-SECRET-KEY-1[A-Z0-9]{58}()"),
  shape(
    "jwt",
    "(^|[^A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}()",
  ),
  shape("url-password", "(://[^\\s/@:\\[\"'<>]{0,100}:)[^\\s/@:\\[\"'<>*${][^\\s/@\"'<>]*(@)"),
  shape(
    "url-parameter",
    "([?&](?:api_?key|access_?token|auth_?token|client_?secret|sig|(?:x-amz-)?signature)=)[A-Za-z0-9._~%+/=-]{16,}()",
    "i",
  ),
  shape("bearer", "(\\bbearer[ ]{1,4})[A-Za-z._~+/=-]{0,64}[0-9][A-Za-z0-9._~+/=-]{15,}()", "i"),
  shape(
    "basic-auth",
    "(\\bauthorization\\\\?[\"']?[ ]{0,4}[:=][ ]{0,4}\\\\?[\"']?basic[ ]{1,4})[A-Za-z0-9+/]{8,}={0,2}()",
    "i",
  ),
  shape(
    "password",
    "(\\b(?:password|passwd|pwd)=)[^\\s;&,\"'`\\[<>(){}$*/\\\\~][^\\s;&,\"'`\\[<>(){}\\\\]{2,}([\\s;&\"'`]|$)",
    "i",
  ),
  shape(
    "env-secret",
    `(\\b(?:[A-Z0-9]{1,30}_){0,5}(?:API_?KEY|ACCESS_?KEY|SECRET|SECRET_?KEY|TOKEN|PASSWORD|PASSWD)\\\\?["']?[ ]?[:=][ ]?\\\\?["']?)${value}()`,
  ),
];

function shape(name: string, source: string, flags: "" | "i" = ""): SecretShape {
  return { name, pattern: new RegExp(source, `g${flags}`) };
}

const NOTHING: readonly string[] = Object.freeze([]);

/** The text with every secret replaced by `[masked:NAME]`; the same string when there is none. */
export function maskSecrets(text: string): string {
  return mayHoldSecret(text) ? mask(text).text : text;
}

/** Names of the shapes found, each once, in the order of the list. */
export function secretsIn(text: string): readonly string[] {
  return mayHoldSecret(text) ? mask(text).found : NOTHING;
}

function mask(text: string): { readonly text: string; readonly found: readonly string[] } {
  const found: string[] = [];
  let masked = text;
  for (const { name, pattern } of secretShapes) {
    const next = masked.replace(pattern, `$1[masked:${name}]$2`);
    if (next !== masked) found.push(name);
    masked = next;
  }
  return { text: masked, found };
}

/** Room for the mark, whatever the numbers. */
const markBytes = 40;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * At most `maxBytes` of UTF-8 (64 at least), the mark included, cut between characters: `… [cut to 4055 of 90210 bytes]`.
 */
export function capText(text: string, maxBytes: number): string {
  const limit = Math.max(maxBytes, 64);
  if (text.length * 3 <= limit) return text;
  const bytes = utf8(text);
  if (bytes.length <= limit) return text;
  let kept = limit - markBytes;
  // 10xxxxxx continues a character.
  while (kept > 0 && ((bytes[kept] ?? 0) & 0xc0) === 0x80) kept--;
  return `${decoder.decode(bytes.subarray(0, kept))} [cut to ${kept} of ${bytes.length} bytes]`;
}

/** The one redaction of everything that leaves the process or reaches a disk. Masks first: a cut secret has no shape. */
export function redact(text: string, maxBytes: number): string {
  return capText(maskSecrets(text), maxBytes);
}
