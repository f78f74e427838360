import type { Api } from './api.ts'
import type { CountedUsage } from './answer.ts'
import { isObject } from './request.ts'

type Counts = Readonly<Record<string, unknown>>

/** Parses a usage object of a format; undefined if it has no counts. */
export function readUsage(api: Api, value: unknown): CountedUsage | undefined {
  if (!isObject(value)) return undefined
  if (api === 'messages' || api === 'count_tokens') return readMessagesUsage(value)
  return api === 'responses' ? readResponsesUsage(value) : readChatUsage(value)
}

function readChatUsage(usage: Counts): CountedUsage | undefined {
  const input = count(usage.prompt_tokens)
  const output = count(usage.completion_tokens)
  if (input === undefined && output === undefined) return undefined
  const inside = details(usage.prompt_tokens_details)
  return {
    inputTokens: input ?? 0,
    outputTokens: output ?? 0,
    cachedTokens: count(inside.cached_tokens) ?? count(usage.prompt_cache_hit_tokens) ?? count(usage.cache_read_input_tokens) ?? 0,
    cacheWriteTokens: count(inside.cache_write_tokens) ?? count(usage.cache_creation_input_tokens) ?? 0,
    reasoningTokens: count(details(usage.completion_tokens_details).reasoning_tokens) ?? 0,
  }
}

function readResponsesUsage(usage: Counts): CountedUsage | undefined {
  const input = count(usage.input_tokens)
  const output = count(usage.output_tokens)
  if (input === undefined && output === undefined) return undefined
  const inside = details(usage.input_tokens_details)
  return {
    inputTokens: input ?? 0,
    outputTokens: output ?? 0,
    cachedTokens: count(inside.cached_tokens) ?? 0,
    cacheWriteTokens: count(inside.cache_write_tokens) ?? 0,
    reasoningTokens: count(details(usage.output_tokens_details).reasoning_tokens) ?? 0,
  }
}

// Anthropic does not include cache reads and writes in input_tokens.
function readMessagesUsage(usage: Counts): CountedUsage | undefined {
  const input = count(usage.input_tokens)
  const output = count(usage.output_tokens)
  if (input === undefined && output === undefined) return undefined
  const cachedTokens = count(usage.cache_read_input_tokens) ?? 0
  const cacheWriteTokens = count(usage.cache_creation_input_tokens) ?? 0
  return {
    inputTokens: (input ?? 0) + cachedTokens + cacheWriteTokens,
    outputTokens: output ?? 0,
    cachedTokens,
    cacheWriteTokens,
    reasoningTokens: count(details(usage.output_tokens_details).thinking_tokens) ?? 0,
    ...(usage.estimated === true && { isEstimated: true }),
  }
}

function details(value: unknown): Counts {
  return isObject(value) ? value : {}
}

function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

export function chatUsage({ inputTokens, outputTokens, cachedTokens, cacheWriteTokens, reasoningTokens }: CountedUsage): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: cacheWriteTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  }
}

export function responsesUsage({ inputTokens, outputTokens, cachedTokens, cacheWriteTokens, reasoningTokens }: CountedUsage): object {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  }
}

export function messagesUsage(usage: CountedUsage | undefined): object {
  const { inputTokens = 0, outputTokens = 0, cachedTokens = 0, cacheWriteTokens = 0 } = usage ?? {}
  return {
    input_tokens: Math.max(0, inputTokens - cachedTokens - cacheWriteTokens),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedTokens,
    output_tokens: outputTokens,
    output_tokens_details: usage?.reasoningTokens ? { thinking_tokens: usage.reasoningTokens } : null,
    cache_creation: null,
    server_tool_use: null,
    service_tier: null,
    ...(usage?.isEstimated && { estimated: true }),
  }
}
