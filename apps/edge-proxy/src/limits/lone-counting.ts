import { beginMinute, turn } from './counters.ts'
import type { Outcome, Want } from './counting.ts'
import { isMinute } from './plan.ts'
import type { Replicas } from './redis-link.ts'
import type { Refusal } from './refusals.ts'
import type { Seeds } from './seeds.ts'
import { shareOf } from './windows.ts'

/**
 * Counts without Redis: each edge grants its share of what was left when Redis was last heard. What this edge has not heard of it
 * asks auth; what nobody knows is taken as untouched, so that two edges together pass a limit by one share at most.
 */
export async function countAlone(wants: readonly Want[], replicas: Replicas, seeds: Seeds, now: () => number): Promise<Outcome> {
  for (const { counter } of wants) {
    turn(counter, now())
    beginMinute(counter, now())
  }
  const unknown = wants.map(({ counter }) => counter).filter(({ known }) => known === undefined)
  if (unknown.length > 0) {
    const used = await seeds.usedOf(unknown)
    unknown.forEach((counter, index) => (counter.known ??= used[index] ?? 0))
  }
  const refusals = wants.flatMap((want) => refusalOf(want, replicas, now()))
  if (refusals.length > 0) return { refusals }
  for (const { counter, take } of wants) counter.alone += take
  return { taken: wants.map(({ counter, take }) => ({ counter, key: counter.key, field: 'u', beganAtMs: isMinute(counter) ? counter.beganAtMs : 0, amount: take })) }
}

function refusalOf({ counter, amount, take }: Want, { count, rank }: Replicas, atMs: number): Refusal[] {
  const known = counter.known ?? 0
  const share = shareOf(amount - known, count, rank)
  if (counter.alone + take <= share) return []
  const used = known + counter.alone
  return [{ counter, amount, wanted: take, used, held: Math.max(0, amount - used), isShared: true, endsInMs: counter.endsAtMs - atMs }]
}
