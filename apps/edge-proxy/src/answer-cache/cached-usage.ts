import { isObject, type Api } from '@elder/dialects'

type Fields = Record<string, unknown>

/** Marks the token counts of an answer, or of one of its events, as cached, in the fields of its format. True if it had counts. */
export function markCached(api: Api, value: unknown): boolean {
  if (!isObject(value)) return false
  // In streams the counts are nested in `message` or `response`.
  const holders = [value, value.message, value.response].filter(isObject).filter(({ usage }) => isObject(usage))
  for (const holder of holders) holder.usage = cached(api, holder.usage as Fields)
  return holders.length > 0
}

function cached(api: Api, usage: Fields): Fields {
  if (api === 'messages') return cachedMessage(usage)
  const [count, details] = api === 'responses' ? ['input_tokens', 'input_tokens_details'] : ['prompt_tokens', 'prompt_tokens_details']
  return { ...usage, [details]: { ...(isObject(usage[details]) ? usage[details] : {}), cached_tokens: usage[count] ?? 0 } }
}

function cachedMessage(usage: Fields): Fields {
  if (usage.input_tokens === undefined) return usage
  const sum = [usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens].reduce<number>((total, count) => total + (typeof count === 'number' ? count : 0), 0)
  return { ...usage, input_tokens: 0, cache_read_input_tokens: sum, cache_creation_input_tokens: 0 }
}
