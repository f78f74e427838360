const batches = /(chunk|batch|page|slice|group|bucket|partition|shard|tenant|migration|database|schema|table)/i

/** Whether a loop iterates over batches, by its names: one query for each batch is intended. */
export const isInPortions = (names: string): boolean => batches.test(names)
