import { z } from 'zod'

/** How every list is paged. */
export const pageQuery = {
  cursor: z.string().max(1_000).default(''),
  limit: z.coerce.number('must be a whole number from 1 to 200').int('must be a whole number from 1 to 200').min(1, 'must be from 1 to 200').max(200, 'must be from 1 to 200').default(50),
}
