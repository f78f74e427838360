/** A load that is applied to every target. */
export interface Scenario {
  readonly name: string
  readonly connections: number
  readonly stream: boolean
  readonly model: 'bench' | 'bench-20ms' | 'bench-paced' | 'bench-idle'
  readonly bodyBytes: number
  /** As in LoadOrder. */
  readonly spreadMs?: number
  readonly inWaves?: true
  /** Also run with --quick. */
  readonly quick?: true
  readonly idle?: true
}

const json = (connections: number, bodyBytes: number, model: Scenario['model'] = 'bench') => ({ connections, stream: false, bodyBytes, model })
const stream = (connections: number, model: Scenario['model'] = 'bench') => ({ connections, stream: true, bodyBytes: 1_000, model })
const paced = (connections: number) => ({ ...stream(connections, 'bench-paced'), spreadMs: 400 })

export const scenarios: readonly Scenario[] = [
  { name: 'JSON 1 KB, 1 connection', ...json(1, 1_000), quick: true },
  { name: 'JSON 1 KB, 10 connections', ...json(10, 1_000) },
  { name: 'JSON 1 KB, 100 connections', ...json(100, 1_000), quick: true },
  { name: 'JSON 1 KB, 1000 connections', ...json(1_000, 1_000) },
  { name: 'JSON 32 KB, 100 connections', ...json(100, 32_000) },
  { name: 'JSON 1 KB, 20 ms upstream, 100 connections', ...json(100, 1_000, 'bench-20ms') },
  { name: 'stream of 40 chunks at once, 10 connections', ...stream(10) },
  { name: 'stream of 40 chunks at once, 100 connections', ...stream(100), quick: true },
  { name: 'stream of 40 chunks, one in 10 ms, 10 connections begun over 400 ms', ...paced(10) },
  { name: 'stream of 40 chunks, one in 10 ms, 100 connections begun over 400 ms', ...paced(100), quick: true },
  { name: 'stream of 40 chunks, one in 10 ms, 100 at one instant', ...stream(100, 'bench-paced'), inWaves: true },
  { name: 'idle open streams', ...stream(10_000, 'bench-idle'), idle: true },
]
