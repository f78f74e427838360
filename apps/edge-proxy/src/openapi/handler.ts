import type { Exchange } from '../exchange.ts'
import type { Route } from '../router.ts'

/** GET /v1/openapi.json. Generated on the first request, because most processes never need it. */
export function openApi(routes: () => readonly Route[], version: string): (exchange: Exchange) => Promise<void> {
  let text: string | undefined
  return async (exchange) => {
    text ??= JSON.stringify((await import('./document.ts')).openApiDocument(routes(), version))
    await exchange.answerText(200, text)
  }
}
