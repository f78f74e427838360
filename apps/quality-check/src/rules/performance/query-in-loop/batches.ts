const batches = /(chunk|batch|page|slice|group|bucket|partition|shard|tenant|migration|database|schema|table)/i

/** Whether a loop goes through portions by its names: many rows at a time is what is wanted. */
export const isInPortions = (names: string): boolean => batches.test(names)
