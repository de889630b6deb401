/** Waits for a condition, looking again every 10 ms; fails with the last thing seen. */
export async function until<T>(look: () => Promise<T> | T, good: (seen: T) => boolean, timeoutMs = 10_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (good(seen)) return seen
    if (Date.now() > deadline) throw new Error(`not reached within ${timeoutMs} ms; last seen: ${JSON.stringify(seen)}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
