import * as z from 'zod'

/** The paging parameters of all lists. */
export const pageQuery = {
  cursor: z.string().max(1_000).default(''),
  limit: wholeNumber(1, 200).default(50),
}

/** A whole number in a query string. */
export function wholeNumber(min: number, max: number) {
  const range = `must be a whole number from ${min} to ${max}`
  return z.string().regex(/^\d{1,9}$/, range).transform(Number).pipe(z.number().min(min, range).max(max, range))
}
