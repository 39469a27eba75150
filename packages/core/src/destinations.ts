/**
 * Whether session baggage may travel to a host, and, asked about a caller, whether its identity is believed.
 *
 * Yes for loopback, private ranges (RFC 1918, IPv6 ULA), single-label names, `.svc` (with or without Kubernetes' default
 * cluster domain) and `.internal`; no for everything else: current provider clients send the global propagator's headers
 * along, and a model vendor has no business with session ids. Pure text: nothing is resolved.
 *
 * `extra` names further hosts, exactly (`agents.example.com`) or as a suffix (`.example.com`).
 */
export function mayCarrySession(host: string, extra: readonly string[] = []): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  const address = name.includes(":") ? ipv6(name) : ipv4(name);
  if (address !== undefined && isPrivate(address)) return true;
  if (extra.some((allowed) => covers(allowed.toLowerCase(), name))) return true;
  return address === undefined && !name.includes(":") && isInternalName(name);
}

/** The bare name or address: no port, brackets, final dot or capitals; undefined for what is no host at all. */
function hostName(host: string): string | undefined {
  const match =
    /^(?:\[([0-9a-f:.]+)\]|([0-9a-z_.-]+))(?::\d{1,5})?$|^([0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*)$/i.exec(
      host,
    );
  const name = match?.[1] ?? match?.[2] ?? match?.[3];
  return name === undefined || name.length > 254
    ? undefined
    : name.toLowerCase().replace(/\.$/, "");
}

function covers(allowed: string, name: string): boolean {
  return allowed.startsWith(".") ? allowed.length > 1 && name.endsWith(allowed) : name === allowed;
}

function isInternalName(name: string): boolean {
  const labels = name.split(".");
  if (!labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)))
    return false;
  // `http://134744072/` and `http://0x8.0x8.0x8.0x8/` are 8.8.8.8 to an HTTP client: numbers are never names.
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? "")) return false;
  return (
    labels.length === 1 ||
    ["localhost", "svc", "internal"].includes(labels.at(-1) ?? "") ||
    labels.slice(-3).join(".") === "svc.cluster.local"
  );
}

type Address = readonly number[];

/** Four bytes from the canonical form alone; leading zeros mean octal to some clients and decimal to others. */
function ipv4(text: string): Address | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part)))
    return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** Eight 16-bit groups, or the four bytes of an IPv4-mapped address. */
function ipv6(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const known = head.length + (tail?.length ?? 0);
  if (halves.length === 2 ? known > 7 : known !== 8) return undefined;
  const groups = [...head, ...Array.from({ length: 8 - known }, () => 0), ...(tail ?? [])];
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]) : groups;
}

function groupsOf(text: string): number[] | undefined {
  const groups: number[] = [];
  const parts = text === "" ? [] : text.split(":");
  for (const [index, part] of parts.entries()) {
    const bytes = index === parts.length - 1 ? ipv4(part) : undefined;
    if (bytes !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = bytes;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function isPrivate(address: Address): boolean {
  const [first = 0, second = 0] = address;
  if (address.length === 4)
    return (
      first === 127 ||
      first === 10 ||
      (first === 172 && second >= 16 && second <= 31) ||
      (first === 192 && second === 168)
    );
  const loopback = address.every((group, index) => group === (index === 7 ? 1 : 0));
  return loopback || (first & 0xfe00) === 0xfc00;
}
