// Providers refuse fields that a model does not support, and only the model's name shows what it supports.

/** OpenAI's reasoning models, which accept other fields than the rest. */
export function isReasoningModel(model: string): boolean {
  return /(?:^|\/)(?:o\d|gpt-[5-9]|gpt-oss)/i.test(model)
}

/** OpenAI's own models: other servers refuse unknown fields. */
export function isOpenAiModel(model: string): boolean {
  return /(?:^|\/)(?:o\d|gpt-\d|chatgpt-)/i.test(model)
}

/** OpenAI's models that accept cache marks in a prompt. */
export function takesCacheMarks(model: string): boolean {
  return /(?:^|\/)gpt-(?:5\.[6-9]|[6-9])/i.test(model)
}

export interface ClaudeTraits {
  /** The output limit for requests that name none. */
  readonly maxTokens: number
  /** How thinking is requested: by effort, by a budget of tokens, or not at all. */
  readonly thinks: 'by effort' | 'by budget' | 'never'
  readonly takesSampling: boolean
}

/** What an Anthropic model accepts, by the version in its name. For unknown names, what every model accepts. */
export function claudeTraits(model: string): ClaudeTraits {
  const version = versionOf(model)
  if (version === undefined) return { maxTokens: 8_192, thinks: 'never', takesSampling: true }
  return {
    maxTokens: version >= 4 ? 32_000 : version >= 3.5 ? 8_192 : 4_096,
    thinks: version >= 4.6 ? 'by effort' : version >= 3.7 ? 'by budget' : 'never',
    takesSampling: version < 4.7,
  }
}

/** 4.5 of claude-sonnet-4-5-20250929, 3.7 of claude-3-7-sonnet-latest. */
function versionOf(model: string): number | undefined {
  const [, major, minor] = /claude-(?:[a-z]+-)?(\d)(?:[-.](\d))?(?![\d])/i.exec(model) ?? []
  return major === undefined ? undefined : Number(`${major}.${minor ?? 0}`)
}
