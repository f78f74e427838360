import * as z from 'zod'
import type { Counter } from '@elder/telemetry'
import { parseBody, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'

export interface DevelopmentDataParts {
  readonly bodyLimitBytes: number
  readonly metrics: { readonly toolEvents: Counter<'event' | 'outcome'> }
}

const maxBytes = 1024 * 1024
const maxEvents = 100

// Continue's event names. All others are counted together, because free names must not become labels.
const events: ReadonlySet<string> = new Set(['autocomplete', 'quickEdit', 'chatFeedback', 'tokensGenerated', 'editInteraction', 'editOutcome', 'chatInteraction', 'toolUsage', 'nextEditOutcome', 'nextEditWithHistory'])

const event = z.looseObject({
  name: z.string('must name an event').min(1, 'must name an event'),
  data: z.looseObject({ accepted: z.boolean().nullish().catch(null), succeeded: z.boolean().nullish().catch(null), feedback: z.boolean().nullish().catch(null) }).nullish(),
})
export const developmentDataBody = event.or(z.array(event).min(1, 'must hold an event').max(maxEvents, `may hold ${maxEvents} events`))

/** POST /continue/data: counts the events of an editor and stores nothing, because they may contain code and prompts. */
export function developmentData({ bodyLimitBytes, metrics }: DevelopmentDataParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const sent = [parseBody(developmentDataBody, await readBody(exchange, Math.min(bodyLimitBytes, maxBytes)))].flat()
    for (const { name, data } of sent) metrics.toolEvents.inc({ event: events.has(name) ? name : 'other', outcome: outcomeOf(data?.accepted ?? data?.succeeded ?? data?.feedback) })
    await exchange.answerJson(202, { taken: sent.length })
  }
}

const outcomeOf = (good: boolean | null | undefined) => (good === undefined || good === null ? 'none' : good ? 'good' : 'bad')
