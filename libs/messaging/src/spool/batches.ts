import type { DeliveryQueue } from './delivery.ts'
import type { FactBuffer } from './fact-buffer.ts'
import type { Fact } from './recovery.ts'
import type { Segment } from './segment.ts'

/** Facts that leave together, and what is to be done once they have: which of them to note, which files they hold. */
export interface Batch<A, E> {
  readonly buffer: FactBuffer<A, E>
  count: number
  /** Nothing more goes in. */
  isSealed: boolean
  /** The number of its first fact; those of the others follow. Undefined: its facts have none and are noted by their ids. */
  readonly first: number | undefined
  readonly ids: string[]
  /** Of the records of its facts. */
  bytes: number
  /** How many of its facts are not delivered. */
  left: number
  /** The files its facts stand in, and how often. */
  readonly segments: Segment[]
  readonly holds: number[]
}

export interface Batches<A, E> {
  add(fact: Fact<A, E>): void
  /** Takes back what was delivered at once and in one piece. */
  reuse(batch: Batch<A, E>): void
}

const mostFacts = 512
const mostBytes = 256 * 1024
const spareBuffers = 2

/** Puts each fact into the newest batch, or into a new one that it adds to the queue. */
export function createBatches<A, E>(createBuffer: () => FactBuffer<A, E>, queue: Pick<DeliveryQueue<Batch<A, E>>, 'add' | 'pump'>): Batches<A, E> {
  const spare: FactBuffer<A, E>[] = []
  let current: Batch<A, E> | undefined

  const begin = (number: number | undefined): Batch<A, E> => {
    if (current) current.isSealed = true
    current = { buffer: spare.pop() ?? createBuffer(), count: 0, isSealed: false, first: number, ids: [], bytes: 0, left: 0, segments: [], holds: [] }
    queue.add(current)
    return current
  }
  return {
    add(fact) {
      const batch = current && canTake(current, fact.number) ? current : begin(fact.number)
      batch.buffer.add(fact.id, fact.accepted, fact.ended)
      if (fact.number === undefined) batch.ids.push(fact.id)
      batch.count++
      batch.left++
      batch.bytes += fact.bytes
      if (fact.begunIn) hold(batch, fact.begunIn)
      if (fact.endedIn) hold(batch, fact.endedIn)
      if (batch.count < mostFacts && batch.buffer.bytes < mostBytes) return
      batch.isSealed = true
      queue.pump()
    },
    reuse({ buffer }) {
      if (spare.length >= spareBuffers) return
      buffer.clear()
      spare.push(buffer)
    },
  }
}

// A note names a batch's facts by the first and the last number: a fact that does not follow needs a new batch.
function canTake<A, E>(batch: Batch<A, E>, number: number | undefined): boolean {
  return !batch.isSealed && (batch.first === undefined ? number === undefined : number === batch.first + batch.count)
}

function hold<A, E>({ segments, holds }: Batch<A, E>, segment: Segment): void {
  const index = segments.indexOf(segment)
  if (index >= 0) holds[index] = (holds[index] ?? 0) + 1
  else {
    segments.push(segment)
    holds.push(1)
  }
}
