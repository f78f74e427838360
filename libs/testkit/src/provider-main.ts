import { parseArgs } from 'node:util'
import type { Behaviour } from './provider-behaviour.ts'
import { startProvider } from './provider.ts'

// A provider for trying things out without a model:
//   node libs/testkit/src/provider-main.ts --port 9999 --behave '{"do":"chunks","count":10,"everyMs":200}'
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, model: { type: 'string', multiple: true }, key: { type: 'string' }, behave: { type: 'string', multiple: true } } })

const provider = await startProvider({
  port: Number(values.port),
  ...(values.model && { models: values.model }),
  ...(values.key !== undefined && { key: values.key }),
})
const [first, ...rest] = (values.behave ?? []).map((text) => JSON.parse(text) as Behaviour)
if (first) provider.behave(first, ...rest)
process.stdout.write(`${provider.url}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void provider.close())
