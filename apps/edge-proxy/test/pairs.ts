import { writeFileSync } from 'node:fs'
import { afterAll } from 'vitest'
import { startProvider, type ProviderStandIn } from '@elder/testkit'
import { startRig, type Edge, type Rig } from './rig.ts'

/** Two stand-ins behind one edge, under a pair of names for each test: what one test teaches the edge about a provider, no other shares. */
export interface Pairs {
  readonly rig: Rig
  readonly edge: Edge
  /** Asked first. */
  readonly first: ProviderStandIn
  readonly second: ProviderStandIn
  /** A model that both have. */
  model(index: number): string
  /** A model that only the first has. */
  alone(index: number): string
}

export async function startPairs(count: number, settings: Record<string, string>, entry: (index: number) => { first?: object; second?: object } = () => ({})): Promise<Pairs> {
  const rig = await startRig()
  const [first, second] = await Promise.all([startProvider(), startProvider()])
  afterAll(() => Promise.all([first.close(), second.close()]))
  const file = `${rig.folder}/pairs.json`
  const numbers = Array.from({ length: count }, (_, index) => index)
  const providers = numbers.flatMap((index) => [
    { name: `alone-${index}`, baseUrl: first.url, aliases: { [`alone-${index}`]: 'stand-in-1' }, models: ['none'], ...entry(index).first },
    { name: `first-${index}`, baseUrl: first.url, aliases: { [`both-${index}`]: 'stand-in-1' }, models: ['none'], ...entry(index).first },
    { name: `second-${index}`, baseUrl: second.url, aliases: { [`both-${index}`]: 'stand-in-1' }, models: ['none'], priority: 1, ...entry(index).second },
  ])
  writeFileSync(file, JSON.stringify(providers))
  const edge = await rig.startEdge({ PROVIDERS_FILE: file, ...settings })
  return { rig, edge, first, second, model: (index) => `both-${index}`, alone: (index) => `alone-${index}` }
}
