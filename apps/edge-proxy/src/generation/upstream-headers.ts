/** Headers of this hop, this platform or this network, which providers must not get. */
const dropped = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  // Compressed answers could not be relayed chunk by chunk, and their usage could not be read.
  'accept-encoding',
  'authorization',
  'x-api-key',
  'api-key',
  'cookie',
  'origin',
  'referer',
  'forwarded',
  'via',
  'x-real-ip',
  'x-request-id',
  'traceparent',
  'tracestate',
  'baggage',
])

const connection = 'connection'

/** Only Anthropic providers understand these. */
const anthropicOnly = 'anthropic-'
const openAiOnly = 'openai-'
const versionHeader = 'anthropic-version'
const anthropicVersion = '2023-06-01'

/** The headers of a client's request for its provider: the key is replaced by Elder's, other headers are passed on unchanged. */
export function upstreamHeaders(rawHeaders: readonly string[], own: readonly string[], dialect: 'openai' | 'anthropic' = 'openai'): string[] {
  const headers: string[] = []
  const foreign = dialect === 'anthropic' ? openAiOnly : anthropicOnly
  const named = namedByConnection(rawHeaders)
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase()
    if (dropped.has(name) || name.startsWith('x-elder-') || name.startsWith('x-forwarded-') || named?.has(name) || name.startsWith(foreign) || (name === versionHeader && own.includes(name))) continue
    headers.push(name, rawHeaders[at + 1] as string)
  }
  headers.push('accept-encoding', 'identity')
  headers.push(...own)
  if (dialect === 'anthropic' && !headers.includes(versionHeader)) headers.push(versionHeader, anthropicVersion)
  return headers
}

function namedByConnection(rawHeaders: readonly string[]): Set<string> | undefined {
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (name.length !== connection.length || name.toLowerCase() !== connection) continue
    const value = rawHeaders[at + 1] as string
    // The usual values of Connection name no header.
    return value.toLowerCase() === 'keep-alive' ? undefined : new Set(value.split(',').map((one) => one.trim().toLowerCase()))
  }
  return undefined
}

const relayed = ['content-type', 'retry-after', 'retry-after-ms', 'x-should-retry', 'openai-processing-ms', 'openai-version'] as const

/** The headers of a provider's answer that are passed on to the client. */
export function answerHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of relayed) {
    const value = headers[name]
    if (value !== undefined) kept[name] = Array.isArray(value) ? (value[0] ?? '') : value
  }
  return kept
}
