/** Freezes plain data all the way down. What is frozen already is taken to be so throughout, as trees are. */
export function freeze<Data extends object>(data: Data): Data {
  if (Object.isFrozen(data)) return data;
  Object.freeze(data);
  for (const part of Object.values(data) as unknown[])
    if (typeof part === "object" && part !== null) freeze(part);
  return data;
}
