/** FNV-1a, 32 bit: small, fast, and the same in every process and version. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}

/** The shard of a remote record: its events are interpreted and resolved in order. */
export function remoteShard(system: string, object: string, remoteId: string, shards: number): number {
  return fnv1a(`${system}\n${object}\n${remoteId}`) % shards
}

/** The shard of a golden record in planning. */
export function goldenShard(goldenId: string, shards: number): number {
  return fnv1a(goldenId) % shards
}

/** The shard of a delivery: all of one (system, golden record) in one place. */
export function deliveryShard(system: string, goldenId: string, shards: number): number {
  return fnv1a(`${system}\n${goldenId}`) % shards
}
