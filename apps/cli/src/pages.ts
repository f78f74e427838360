import type { Edge } from './edge.ts'

const pageSize = '100'

/** All items of a list, page after page. */
export async function fetchAll(edge: Edge, path: string, filter: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  const items: unknown[] = []
  for (let cursor = ''; ; ) {
    const query = new URLSearchParams({ ...filter, limit: pageSize, ...(cursor === '' ? {} : { cursor }) })
    const page = await edge.request<{ items: unknown[]; nextCursor: string | null }>('GET', `${path}?${query.toString()}`)
    items.push(...page.items)
    if (!page.nextCursor) return items
    cursor = page.nextCursor
  }
}
