import { expect, test } from 'vitest'
import type { AnswerPart, Conversation, ContentPart, Turn } from '../src/conversation.ts'
import { requestReaders, requestWriters } from '../src/formats.ts'

type Target = keyof typeof requestWriters
const targets = Object.keys(requestWriters) as Target[]

/** The same numbers for the same seed, everywhere. */
function dice(seed: number): (sides: number) => number {
  let state = seed * 2_654_435_761 + 1
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

const texts = ['hello', 'ファイル "a.ts"\n', '{"not":"json"', '\\u0041 \t <b>', '🎉 done', 'Error: x']

function conversationOf(seed: number): Conversation {
  const roll = dice(seed)
  const text = (): ContentPart => ({ type: 'text', text: `${texts[roll(texts.length)]} ${roll(1_000)}` })
  const shown = (): ContentPart => {
    const kind = roll(6)
    if (kind === 0) return { type: 'image', source: { mediaType: 'image/png', base64: 'AAAA' } }
    if (kind === 1) return { type: 'image', source: { url: `https://pictures.example/${roll(9)}.png` } }
    return text()
  }
  let calls = 0
  const turns: Turn[] = roll(2) === 0 ? [{ role: 'system', parts: [{ type: 'text', text: 'be brief' }] }] : []
  turns.push({ role: 'user', parts: [shown()] })
  for (let round = roll(5); round > 0; round--) {
    const called = Array.from({ length: roll(3) }, (): AnswerPart => ({ type: 'call', id: `call_${calls++}`, name: `tool_${roll(3)}`, arguments: JSON.stringify({ n: roll(9), deep: { list: [roll(9), 'ü'] } }) }))
    const said: AnswerPart[] = roll(2) === 0 || called.length === 0 ? [{ type: 'text', text: `said ${roll(99)}` }] : []
    turns.push({ role: 'assistant', parts: [...said, ...called] })
    const results = called.map((call) => ({ type: 'result' as const, callId: call.type === 'call' ? call.id : '', parts: [text()], isError: false }))
    turns.push({ role: 'user', parts: [...results, ...(results.length === 0 || roll(2) === 0 ? [shown()] : [])] })
  }
  const tools = Array.from({ length: calls > 0 ? 3 : roll(2) }, (_, index) => ({ name: `tool_${index}`, description: roll(2) === 0 ? `does ${index}` : undefined, parameters: { type: 'object', properties: { n: { type: 'number' } } }, strict: roll(2) === 0 ? true : undefined, isFreeform: false }))
  const choices = ['auto', 'required', 'none', { name: 'tool_0' }] as const
  return {
    turns,
    tools,
    toolChoice: tools.length > 0 && roll(2) === 0 ? choices[roll(4)] : undefined,
    oneCallAtATime: false,
    maxTokens: 100 + roll(100),
    temperature: roll(2) === 0 ? roll(10) / 10 : undefined,
    topP: undefined,
    topK: undefined,
    stop: [],
    format: roll(3) === 0 ? { type: 'schema', name: 'answer', schema: { type: 'object' }, strict: true, description: undefined } : undefined,
    reasoning: undefined,
    showsReasoning: false,
    user: roll(2) === 0 ? 'u1' : undefined,
    verbosity: undefined,
    shared: {},
    unread: [],
    hints: [],
  }
}

/** What was said by whom, in order, with everything that steers the answer. */
function meaning({ turns, tools, format, ...rest }: Conversation): unknown {
  const said = turns.flatMap(({ role, parts }) => parts.map((part) => ({ role, ...part, ...(part.type === 'image' && { detail: undefined }) })))
  const plain = tools.map((tool) => ({ ...tool, strict: tool.strict === true }))
  return JSON.parse(JSON.stringify({ said, tools: plain, format, ...rest, hints: undefined }))
}

const through = (conversation: Conversation, target: Target) => requestReaders[target](JSON.parse(JSON.stringify(requestWriters[target](conversation, 'm', false))) as Record<string, unknown>)

test.each(targets.flatMap((from) => targets.map((to) => ({ from, to }))))('three hundred conversations mean the same after a way from $from to $to and back', ({ from, to }) => {
  for (let seed = 1; seed <= 300; seed++) {
    const told = through(conversationOf(seed), from)
    expect(meaning(told), `seed ${seed}`).toEqual(meaning(conversationOf(seed)))
    expect(meaning(through(through(told, to), from)), `seed ${seed}`).toEqual(meaning(told))
  }
})
