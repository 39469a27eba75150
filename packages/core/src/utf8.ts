const encoder = new TextEncoder();

/** As every UTF-8 encoder of the web does it: a lone surrogate becomes U+FFFD. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
