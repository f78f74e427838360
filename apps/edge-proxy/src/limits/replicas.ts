export interface Replicas {
  readonly count: number
  /** This edge's index among them. */
  readonly rank: number
}

export const alone: Replicas = { count: 1, rank: 0 }

/**
 * Tracks which edges are alive by their entries in Redis: an edge counts until it has not been listed for `aliveMs`. While Redis is away none can be
 * listed: `isBack` says that this time does not count.
 */
export function createRoll(id: string, aliveMs: number): (named: readonly string[], atMs: number, isBack: boolean) => Replicas {
  const namedAt = new Map<string, number>()
  return (named, atMs, isBack) => {
    for (const one of isBack ? [...namedAt.keys(), ...named] : named) namedAt.set(one, atMs)
    for (const [one, lastMs] of namedAt) if (atMs - lastMs > aliveMs) namedAt.delete(one)
    const alive = [...namedAt.keys()].toSorted()
    return { count: Math.max(1, alive.length), rank: Math.max(0, alive.indexOf(id)) }
  }
}
