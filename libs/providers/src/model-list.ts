import type { Provider } from './provider.ts'

const listTimeoutMs = 2_000
const listLimitBytes = 4 * 1024 * 1024

/** Asks a provider for the ids of its models. */
export async function fetchModels(provider: Provider): Promise<string[]> {
  provider.connection.begin()
  try {
    const { statusCode, body } = await provider.connection.dispatcher.request({
      origin: provider.origin,
      path: `${provider.basePath}/models`,
      method: 'GET',
      headers: ['accept', 'application/json', ...provider.headers],
      signal: AbortSignal.timeout(listTimeoutMs),
    })
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > listLimitBytes) throw new Error(`the list of models is longer than ${listLimitBytes} bytes`)
      chunks.push(chunk)
    }
    if (statusCode !== 200) throw new Error(`the list of models was answered with ${statusCode}`)
    return idsIn(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } finally {
    provider.connection.end()
  }
}

function idsIn(list: unknown): string[] {
  const entries: unknown = (list as { data?: unknown } | null)?.data
  if (!Array.isArray(entries)) throw new Error('the list of models is not a list')
  return entries.map((entry: { id?: unknown } | null) => entry?.id).filter((id) => typeof id === 'string')
}
