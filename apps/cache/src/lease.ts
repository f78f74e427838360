/** The state at a miss: which instance answered it and when, and the tokens of the key and its tags in the shared store. */
export interface Lease {
  readonly instance: string
  /** The generation of the instance's near cache. */
  readonly generation: number
  /** Undefined when the shared store was unavailable. */
  readonly shared: SharedLease | undefined
}

export interface SharedLease {
  /** The run id of the Redis server that issued it. */
  readonly runId: string
  readonly keyToken: string
  /** One for each tag, in the order of the sorted tags. */
  readonly tagTokens: readonly string[]
}

export function writeLease({ instance, generation, shared }: Lease): string {
  return [instance, generation, ...(shared ? [shared.runId, shared.keyToken, ...shared.tagTokens] : [])].join('.')
}

/** Undefined for a text that no instance has written. */
export function readLease(text: string): Lease | undefined {
  const [instance, generation, runId, keyToken, ...tagTokens] = text.split('.')
  if (!instance || !/^\d+$/.test(generation ?? '')) return undefined
  if (runId === undefined) return { instance, generation: Number(generation), shared: undefined }
  return keyToken ? { instance, generation: Number(generation), shared: { runId, keyToken, tagTokens } } : undefined
}
