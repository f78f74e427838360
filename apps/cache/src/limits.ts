/** The contract's limits for one request. */
export const limits = {
  batch: 256,
  keyBytes: 512,
  tagBytes: 256,
  tagsPerEntry: 16,
  valueBytes: 4 * 1024 * 1024,
  /** The total size of values in one answer; a hit that does not fit is answered as a miss. */
  answerBytes: 16 * 1024 * 1024,
} as const

/** The time between a miss and its Set. The result of a slower computation is dropped. */
export const leaseMs = 5 * 60_000
