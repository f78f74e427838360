import type { Rows } from './directory.ts'
import type { Page } from './input.ts'

/** Makes a page from the rows of a query with one row more than the page holds: the extra row shows that there is a next page. */
export function rowsOf<Row, T>(rows: readonly Row[], page: Page, read: (row: Row) => T, positionOf: (row: Row) => string): Rows<T> {
  const shown = rows.slice(0, page.size)
  const last = shown.at(-1)
  return { items: shown.map(read), next: rows.length > page.size && last !== undefined ? BigInt(positionOf(last)) : undefined }
}
