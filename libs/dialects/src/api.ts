/** The wire formats of model requests: four of OpenAI's, two of Anthropic's. */
export type Api = 'chat' | 'responses' | 'completions' | 'embeddings' | 'messages' | 'count_tokens'

/** The path of each format, relative to the provider's base URL. */
export const paths: Readonly<Record<Api, string>> = {
  chat: '/chat/completions',
  responses: '/responses',
  completions: '/completions',
  embeddings: '/embeddings',
  messages: '/messages',
  count_tokens: '/messages/count_tokens',
}

/** Tokens as counted by a provider. Input includes tokens read from and written to its prompt cache. */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
  readonly cacheWriteTokens: number
}
