import * as z from 'zod'
import type { Consultation } from '@elder/contracts/sage'
import { parseBody, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { sagesSilent, type Consult } from '../generation/sages-model.ts'
import { beginEvents, jsonEvent } from '../sse.ts'
import { wantsEvents } from './checks.ts'
import { consultationShape } from './shapes.ts'

export const consultationBody = z.strictObject({
  question: z.string().trim().min(1, 'must hold a question').max(20_000, 'may hold 20,000 characters'),
  repository: z.string().max(1_024).optional(),
})

export interface ConsultationParts {
  readonly bodyLimitBytes: number
  readonly keepAliveMs: number
  readonly consult: Consult
}

/** POST /v1/consultations: the answer is one piece, or a stream of text events that ends with the whole consultation. */
export function consultations({ bodyLimitBytes, keepAliveMs, consult }: ConsultationParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const { question, repository } = parseBody(consultationBody, await readBody(exchange, bodyLimitBytes))
    await exchange.accept()
    const responses = consult({ question, repository: repository ?? exchange.repository, deadlineMillis: 0 }, exchange.call(answerWithinMs.consultation))
    if (!wantsEvents(exchange)) return exchange.answerJson(200, consultationShape(await wholeConsultation(responses)))
    let events: ReturnType<typeof beginEvents> | undefined
    for await (const { event } of responses) {
      if (!event) continue
      events ??= beginEvents(exchange, keepAliveMs)
      if (event.$case === 'text') await events.send(jsonEvent('text', { text: event.value }))
      else await events.send(jsonEvent('consultation', consultationShape(event.value)))
    }
    if (!events) throw sagesSilent()
    events.end()
  }
}

/** The consultation at the end of the stream. */
export async function wholeConsultation(responses: ReturnType<Consult>): Promise<Consultation> {
  let consultation: Consultation | undefined
  for await (const { event } of responses) if (event?.$case === 'consultation') consultation = event.value
  if (!consultation) throw sagesSilent()
  return consultation
}
