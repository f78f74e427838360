import type { Edge } from './edge.ts'

const pageSize = '100'

/** All items of a list, page by page, or as many as needed. */
export async function fetchAll(edge: Edge, path: string, filter: Readonly<Record<string, string>> = {}, isEnough: (page: readonly unknown[]) => boolean = () => false): Promise<unknown[]> {
  const items: unknown[] = []
  for (let cursor = ''; ; ) {
    const query = new URLSearchParams({ ...filter, limit: pageSize, ...(cursor === '' ? {} : { cursor }) })
    const page = await edge.request<{ items: unknown[]; nextCursor: string | null }>('GET', `${path}?${query.toString()}`)
    items.push(...page.items)
    if (!page.nextCursor || isEnough(page.items)) return items
    cursor = page.nextCursor
  }
}
