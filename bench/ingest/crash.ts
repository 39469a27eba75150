export async function crash(): Promise<void> {
  console.log("not yet");
}
