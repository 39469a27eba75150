const words =
  "the agent looked at the order and found that payment had failed because limit of card was reached so it asked customer to try another one and offered refund in meantime".split(
    " ",
  );

/** A prompt as an agent sends it: JSON messages of plain words, some numbers and addresses. The same for everyone. */
export function text(bytes: number): string {
  const messages: object[] = [];
  let size = 0;
  for (let i = 0; size < bytes; i++) {
    const content = Array.from(
      { length: 60 },
      (_, word) => words[(i * 7 + word * 3) % words.length],
    )
      .join(" ")
      .concat(` Order ${41_000 + i}, https://shop.example.com/orders/${41_000 + i}.`);
    messages.push({ role: i % 2 === 0 ? "user" : "assistant", parts: [{ type: "text", content }] });
    size += content.length + 70;
  }
  return JSON.stringify(messages).slice(0, bytes);
}
