/** What a miss saw: who answered it and when, and the state of the key and its tags in the shared store. */
export interface Lease {
  readonly instance: string
  /** Of the instance's near cache. */
  readonly generation: number
  /** Undefined when the shared store was away. */
  readonly shared: SharedLease | undefined
}

export interface SharedLease {
  /** The life of the Redis server that issued it. */
  readonly life: string
  readonly keyToken: string
  /** One a tag, in the order of the sorted tags. */
  readonly tagTokens: readonly string[]
}

export function writeLease({ instance, generation, shared }: Lease): string {
  return [instance, generation, ...(shared ? [shared.life, shared.keyToken, ...shared.tagTokens] : [])].join('.')
}

/** Undefined for what no instance ever wrote. */
export function readLease(text: string): Lease | undefined {
  const [instance, generation, life, keyToken, ...tagTokens] = text.split('.')
  if (!instance || !/^\d+$/.test(generation ?? '')) return undefined
  if (life === undefined) return { instance, generation: Number(generation), shared: undefined }
  return keyToken ? { instance, generation: Number(generation), shared: { life, keyToken, tagTokens } } : undefined
}
