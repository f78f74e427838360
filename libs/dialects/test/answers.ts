import type { Answer } from '../src/answer.ts'

const usage = { inputTokens: 100, outputTokens: 20, cachedTokens: 60, cacheWriteTokens: 10, reasoningTokens: 5 }
const head = { id: 'x1', model: 'big', stopSequence: undefined, usage }

/** Answers of every kind. */
export const answers: Readonly<Record<string, Answer>> = {
  'a text with wide letters': { ...head, finish: 'stop', parts: [{ type: 'text', text: 'It rains in Ōsaka ☔ "so" \\ \n\n data: x' }] },
  'an answer that was cut short': { ...head, finish: 'length', parts: [{ type: 'text', text: 'It' }] },
  'parallel calls after a text': {
    ...head,
    finish: 'calls',
    parts: [{ type: 'text', text: 'looking' }, { type: 'call', id: 'c1', name: 'weather', arguments: '{"city":"Ōsaka"}' }, { type: 'call', id: 'c2', name: 'weather', arguments: '{}' }],
  },
  'reasoning before a call': { ...head, finish: 'calls', parts: [{ type: 'thinking', text: 'let me see', seal: { by: 'messages', value: 'sig==' } }, { type: 'call', id: 'c1', name: 'f', arguments: '{"a":[1,{"b":2}]}' }] },
  'reasoning before a text, without usage': { ...head, usage: undefined, finish: 'stop', parts: [{ type: 'thinking', text: 'hm', seal: { by: 'messages', value: 's2' } }, { type: 'text', text: 'yes' }] },
}
