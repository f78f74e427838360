import type { ConsultRequest, ConsultResponse } from '@elder/contracts/sage'
import { answerWriter, asConversationApi, isObject, type AnswerEvent, type AnswerWriter, type GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import { sagesModel } from '@elder/providers'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { beginEvents } from '../sse.ts'
import { throughTap } from './answer-tap.ts'
import { keepAliveFor } from './stream-lines.ts'

export type Consult = (request: ConsultRequest, call: Call) => AsyncIterable<ConsultResponse>

/** Offers the sages as a model in any format: the user's last message is the question. */
export async function answerAsModel(exchange: Exchange, wanted: GenerationRequest, consult: Consult, keepAliveMs: number): Promise<void> {
  const api = asConversationApi(wanted.api)
  if (!api) throw new ServiceError('invalid_argument', `model ${sagesModel} answers questions, it cannot be asked for ${wanted.api}: choose another model`, { reason: 'API_NOT_OFFERED', field: 'model' })
  const question = questionIn(wanted)
  const writer = answerWriter(wanted, api, [], Math.floor(Date.now() / 1_000))
  const answering = { exchange, wanted, question, writer }
  await exchange.accept()
  const texts = textsOf(consult({ question, repository: exchange.repository, deadlineMillis: 0 }, exchange.call(answerWithinMs.consultation)))
  if (wanted.stream) await streamAnswer(answering, texts, keepAliveMs)
  else await answerWhole(answering, texts)
}

interface Answering {
  readonly exchange: Exchange
  readonly wanted: GenerationRequest
  readonly question: string
  readonly writer: AnswerWriter
}

async function streamAnswer({ exchange, wanted, question, writer }: Answering, texts: AsyncIterable<string>, keepAliveMs: number): Promise<void> {
  const tap = exchange.openTap?.()
  let answer = ''
  let written = 0
  let events: ReturnType<typeof beginEvents> | undefined
  const send = async (event: AnswerEvent) => {
    const text = writer.write(event)
    // Events of the Responses API are numbered, and an error event continues the sequence.
    written += text.split('\n\n').length - 1
    exchange.nextSequence = written
    const passed = tap && text !== '' ? tap.take(Buffer.from(text))?.toString() : text
    if (passed) await events?.send(passed)
  }
  for await (const text of texts) {
    // The head is sent with the first text, so that unavailable sages still result in an error status.
    if (!events) {
      events = beginEvents(exchange, keepAliveMs, keepAliveFor(wanted.api))
      await send({ type: 'start', id: idFor(exchange, wanted), model: sagesModel })
    }
    answer += text
    await send({ type: 'text', text })
  }
  if (!events) throw sagesSilent()
  await send({ type: 'finish', finish: 'stop', stopSequence: undefined })
  writer.write({ type: 'usage', usage: estimate(question, answer) })
  events.end(throughTap(tap, Buffer.from(writer.end())).toString())
}

async function answerWhole({ exchange, wanted, question, writer }: Answering, texts: AsyncIterable<string>): Promise<void> {
  let text = ''
  for await (const part of texts) text += part
  if (text === '') throw sagesSilent()
  const usage = estimate(question, text)
  const answer = writer.whole({ id: idFor(exchange, wanted), model: sagesModel, parts: [{ type: 'text', text }], finish: 'stop', stopSequence: undefined, usage })
  // Throws the error that the client gets instead.
  if (exchange.openTap) throughTap(exchange.openTap(), Buffer.from(JSON.stringify(answer)))
  await exchange.answerJson(200, answer)
}

const idPrefixes: Readonly<Record<string, string>> = { chat: 'chatcmpl-', completions: 'cmpl-', messages: 'msg_', responses: 'resp_' }

function idFor({ id }: Exchange, { api }: GenerationRequest): string {
  return `${idPrefixes[api] ?? ''}${id}`
}

/** The answer's text in pieces; as one piece at the end if it was not streamed. */
async function* textsOf(responses: AsyncIterable<ConsultResponse>): AsyncGenerator<string> {
  let hasText = false
  for await (const { event } of responses) {
    if (event?.$case === 'text' && event.value !== '') {
      hasText = true
      yield event.value
    } else if (event?.$case === 'consultation' && !hasText && event.value.answer !== '') yield event.value.answer
  }
}

function questionIn({ api, value }: GenerationRequest): string {
  const field = { responses: 'input', completions: 'prompt' }[api as string] ?? 'messages'
  const content = value[field]
  const question = (typeof content === 'string' ? content : lastUserText(content)).trim()
  if (question === '') throw new ServiceError('invalid_argument', `${field} must hold a user message with text: it is the question for the sages`, { reason: 'QUESTION_MISSING', field })
  return question
}

/** The text of the user's last message, tool results not counted. */
function lastUserText(messages: unknown): string {
  if (!Array.isArray(messages)) return ''
  const texts = messages.filter((one) => typeof one === 'string')
  if (texts.length > 0) return texts.join('\n')
  const last = messages.filter(isObject).findLast(({ role, content }) => role === 'user' && textOf(content).trim() !== '')
  return textOf(last?.content)
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  const texts = content.filter(isObject).map(({ type, text }) => ((type === 'text' || type === 'input_text') && typeof text === 'string' ? text : ''))
  return texts.filter((text) => text !== '').join('\n')
}

export function sagesSilent(): ServiceError {
  return new ServiceError('unavailable', 'sage-consultation ended the stream without an answer', { reason: 'SAGES_SILENT' })
}

// An estimate of about four characters per token, since no model counted them.
function estimate(question: string, answer: string) {
  return { inputTokens: Math.ceil(question.length / 4), outputTokens: Math.ceil(answer.length / 4), cachedTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 }
}
