import type { ConsultRequest, ConsultResponse } from '@elder/contracts/sage'
import { ServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import type { GenerationRequest } from '@elder/dialects'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { sagesModel } from '@elder/providers'
import { beginEvents } from '../sse.ts'

interface Message {
  readonly role: string
  readonly content?: unknown
}

export type Consult = (request: ConsultRequest, call: Call) => AsyncIterable<ConsultResponse>

/** Lets the sages answer as if they were a model: the last user message is the question. */
export async function answerAsModel(exchange: Exchange, wanted: GenerationRequest, consult: Consult, keepAliveMs: number): Promise<void> {
  const question = lastQuestion(wanted.value.messages as readonly Message[])
  await exchange.accept()
  const texts = textsOf(consult({ question, repository: exchange.repository, deadlineMillis: 0 }, exchange.call(answerWithinMs.consultation)))
  if (wanted.stream) await streamAnswer(exchange, wanted, question, texts, keepAliveMs)
  else await answerWhole(exchange, question, texts)
}

async function streamAnswer(exchange: Exchange, wanted: GenerationRequest, question: string, texts: AsyncIterable<string>, keepAliveMs: number): Promise<void> {
  const head = { id: `chatcmpl-${exchange.id}`, object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1_000), model: sagesModel }
  // OpenAI's clients expect a usage field on every chunk once they asked for it.
  const usage = wanted.includeUsage ? { usage: null } : {}
  const chunk = (delta: object, finishReason: string | null = null) => `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: finishReason }], ...usage })}\n\n`
  let answer = ''
  let events: ReturnType<typeof beginEvents> | undefined
  for await (const text of texts) {
    // Begun with the first words: sages that are away get the status they deserve.
    if (!events) {
      events = beginEvents(exchange, keepAliveMs)
      await events.send(chunk({ role: 'assistant', content: '' }))
    }
    answer += text
    await events.send(chunk({ content: text }))
  }
  if (!events) throw noAnswer()
  const counted = wanted.includeUsage ? `data: ${JSON.stringify({ ...head, choices: [], usage: estimate(question, answer) })}\n\n` : ''
  events.end(`${chunk({}, 'stop')}${counted}data: [DONE]\n\n`)
}

async function answerWhole(exchange: Exchange, question: string, texts: AsyncIterable<string>): Promise<void> {
  let answer = ''
  for await (const text of texts) answer += text
  if (answer === '') throw noAnswer()
  await exchange.answerJson(200, {
    id: `chatcmpl-${exchange.id}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1_000),
    model: sagesModel,
    choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }],
    usage: estimate(question, answer),
  })
}

/** The answer's text as it is written; all of it at the end when it was not streamed. */
async function* textsOf(responses: AsyncIterable<ConsultResponse>): AsyncGenerator<string> {
  let hasText = false
  for await (const { event } of responses) {
    if (event?.$case === 'text' && event.value !== '') {
      hasText = true
      yield event.value
    } else if (event?.$case === 'consultation' && !hasText && event.value.answer !== '') yield event.value.answer
  }
}

function lastQuestion(messages: readonly Message[]): string {
  const message = messages.findLast(({ role }) => role === 'user')
  const question = textOf(message?.content).trim()
  if (question === '') throw new ServiceError('invalid_argument', 'messages must hold a user message with text: it is the question for the sages', { reason: 'QUESTION_MISSING', field: 'messages' })
  return question
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { type?: unknown; text?: unknown } | null) => (part?.type === 'text' && typeof part.text === 'string' ? part.text : '')).join('\n')
}

function noAnswer(): ServiceError {
  return new ServiceError('unavailable', 'the sages ended without an answer', { reason: 'SAGES_SILENT' })
}

// No model counted these: about four characters a token.
function estimate(question: string, answer: string) {
  const promptTokens = Math.ceil(question.length / 4)
  const completionTokens = Math.ceil(answer.length / 4)
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens }
}
