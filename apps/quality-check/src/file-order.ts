import type { Language } from './source-file.ts'

/** What decides when a file's turn comes. */
export interface Ordered {
  /** Those with the same key share one analysis. */
  readonly key: string
  readonly language: Language | undefined
  readonly bytes: number
}

// Twice as many as the engines work on at a time, so that none of them waits for its next file.
const maxConcurrentFiles = 16

/**
 * Runs a few entries at a time, because each holds its text while it waits; the longest first, so that none of them is left to run alone at the end;
 * entries with the same key together. As long as there are files of several languages, some of each are in progress: a worker thread keeps to what it has loaded.
 */
export async function forEachGroup<T extends Ordered>(entries: readonly T[], run: (entry: T) => Promise<void>): Promise<void> {
  const groups = [...Map.groupBy(entries.toSorted((a, b) => b.bytes - a.bytes), ({ key }) => key).values()]
  const lanes = [...Map.groupBy(groups, ([entry]) => entry?.language).values()].map((lane) => lane.values())
  const work = async (_: unknown, index: number) => {
    const own = index % lanes.length
    for (const lane of [...lanes.slice(own), ...lanes.slice(0, own)]) for (const group of lane) await Promise.all(group.map(run))
  }
  await Promise.all(Array.from({ length: Math.min(maxConcurrentFiles, groups.length) }, work))
}
