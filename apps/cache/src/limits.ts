/** What the contract lets one request hold. */
export const limits = {
  batch: 256,
  keyBytes: 512,
  tagBytes: 256,
  tagsPerEntry: 16,
  valueBytes: 4 * 1024 * 1024,
  /** Values of one answer together; a hit that does not fit is answered as a miss. */
  answerBytes: 16 * 1024 * 1024,
} as const

/** How long a miss may take to be answered by a Set. A slower computation is not kept. */
export const leaseMs = 5 * 60_000
