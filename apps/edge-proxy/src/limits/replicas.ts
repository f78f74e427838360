export interface Replicas {
  readonly count: number
  /** The place of this edge among them. */
  readonly rank: number
}

export const alone: Replicas = { count: 1, rank: 0 }

/** Counts the edges by what Redis names: one is among them until it was not named for so long. */
export function createRoll(id: string, aliveMs: number): (named: readonly string[], atMs: number) => Replicas {
  const namedAt = new Map<string, number>()
  return (named, atMs) => {
    for (const one of named) namedAt.set(one, atMs)
    for (const [one, lastMs] of namedAt) if (atMs - lastMs > aliveMs) namedAt.delete(one)
    const alive = [...namedAt.keys()].toSorted()
    return { count: Math.max(1, alive.length), rank: Math.max(0, alive.indexOf(id)) }
  }
}
