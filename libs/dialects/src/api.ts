/** The wire formats in which generation is asked for: four of OpenAI's, two of Anthropic's. */
export type Api = 'chat' | 'responses' | 'completions' | 'embeddings' | 'messages' | 'count_tokens'

/** Where each is asked for, after the provider's base URL. */
export const paths: Readonly<Record<Api, string>> = {
  chat: '/chat/completions',
  responses: '/responses',
  completions: '/completions',
  embeddings: '/embeddings',
  messages: '/messages',
  count_tokens: '/messages/count_tokens',
}

/** Tokens as a provider counted them. Input includes what was read from and written to its prompt cache. */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
  readonly cacheWriteTokens: number
}
