// Providers refuse fields that a model does not know, and only its name tells which it knows.

/** OpenAI's models that reason, which take other fields than the rest. */
export function isReasoningModel(model: string): boolean {
  return /(?:^|\/)(?:o\d|gpt-[5-9]|gpt-oss)/i.test(model)
}

/** OpenAI's own models: other servers refuse fields that they do not know. */
export function isOpenAiModel(model: string): boolean {
  return /(?:^|\/)(?:o\d|gpt-\d|chatgpt-)/i.test(model)
}

/** OpenAI's models that can be told where to cache a prompt. */
export function takesCacheMarks(model: string): boolean {
  return /(?:^|\/)gpt-(?:5\.[6-9]|[6-9])/i.test(model)
}

export interface ClaudeTraits {
  /** The most it can be asked to write when the client says nothing. */
  readonly maxTokens: number
  /** How it is told to think: by effort, by a budget of tokens, or not at all. */
  readonly thinks: 'by effort' | 'by budget' | 'never'
  readonly takesSampling: boolean
}

/** What a model of Anthropic's takes, by the version in its name. A stranger is given what every model takes. */
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
