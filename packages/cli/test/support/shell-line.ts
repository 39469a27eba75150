/** The words of a line as a shell would take it apart, as far as docs and help use one. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/'[^']*'|"[^"]*"|[^\s'"]+/g))
    words.push(/^['"]/.test(word) ? word.slice(1, -1) : word);
  return words;
}
