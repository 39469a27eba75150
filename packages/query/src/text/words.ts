/** `list.includes` that tells the compiler what it found. */
export function isOneOf<Word extends string>(list: readonly Word[], text: string): text is Word {
  return (list as readonly string[]).includes(text);
}
