import { htmlPage } from './html.ts'
import { modelOf, type PageHistory } from './history.ts'
import { markdownPage } from './markdown.ts'

export interface Page {
  readonly contentType: string
  readonly page: string
}

/** Renders the report page on a repository's quality. */
export function reportPage(repository: string, history: PageHistory, format: 'markdown' | 'html', now: Date): Page {
  const model = modelOf(repository, history)
  if (format === 'markdown') return { contentType: 'text/markdown; charset=utf-8', page: markdownPage(model, now) }
  return { contentType: 'text/html; charset=utf-8', page: htmlPage(model, now) }
}
