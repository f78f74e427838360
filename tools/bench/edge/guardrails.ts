/** Measures the CPU time of each guardrail, without a network: node tools/bench/edge/guardrails.ts */
import { answerCheck } from '../../../apps/edge-proxy/src/guardrails/answer-check.ts'
import { createGuard } from '../../../apps/edge-proxy/src/guardrails/guard.ts'
import { compilePatterns } from '../../../apps/edge-proxy/src/guardrails/patterns.ts'
import type { createPromptCheck } from '../../../apps/edge-proxy/src/guardrails/prompt-check.ts'
import { PolicyScope, SecretAction, UsagePolicy } from '../../../libs/contracts/gen/elder/auth/v1/usage.ts'
import { readRequest } from '../../../libs/dialects/src/index.ts'
import { serviceCall } from '../../../libs/rpc/src/index.ts'

type CheckedExchange = Parameters<ReturnType<typeof createPromptCheck>>[0]

const deniedPrompts = ['(?i)project\\s+bluebird', '\\bACME-\\d{4}-\\d{4}\\b', '(?i)internal use only']
const kinds: Readonly<Record<string, Partial<UsagePolicy>>> = {
  models: { allowedModels: ['other-*', 'bench*'] },
  tokens: { maxOutputTokens: 100 },
  'denied prompts': { deniedPrompts },
  secrets: { secrets: SecretAction.SECRET_ACTION_MASK },
  'all of them': { allowedModels: ['bench*'], maxOutputTokens: 100, deniedPrompts, secrets: SecretAction.SECRET_ACTION_MASK },
}
const guard = createGuard({ findSecrets: () => Promise.resolve([]), metrics: () => undefined })
const exchange = () => ({ headers: {}, guardrails: [], openTap: undefined, hasLeft: false, call: () => serviceCall('edge-proxy', 2_000) }) as Partial<CheckedExchange> as CheckedExchange

async function measure(name: string, rounds: number, work: (round: number) => unknown): Promise<void> {
  for (let round = 0; round < rounds; round++) await work(-1 - round)
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) await work(round)
  const { user, system } = process.cpuUsage(before)
  process.stdout.write(`${name.padEnd(62)} ${((user + system) / rounds).toFixed(1).padStart(8)} us\n`)
}

const textOf = (bytes: number, first: string) => `${first} ${'const x = await fetch(url) // say more\n'.repeat(Math.ceil(bytes / 39))}`
const bodyOf = (bytes: number, messages: number) => Buffer.from(JSON.stringify({ model: 'bench', messages: Array.from({ length: messages }, (_, at) => ({ role: 'user', content: textOf(bytes / messages, String(at)) })) }))

await measure('a caller without policies', 200_000, () => guard.rulesFor([]))
for (const [bytes, messages] of [[1_000, 2], [32_000, 20], [200_000, 60]] as const) {
  const body = bodyOf(bytes, messages)
  const request = readRequest('chat', JSON.parse(body.toString()))
  for (const [kind, policy] of Object.entries(kinds)) {
    const rules = guard.rulesFor([UsagePolicy.fromPartial({ scope: PolicyScope.POLICY_SCOPE_KEY, subject: kind, version: 1n, ...policy })])
    if (!rules) continue
    await measure(`${bytes} bytes in ${messages} messages seen before: ${kind}`, 2_000, () => guard.apply(exchange(), rules, { request, body }))
    if (kind !== 'denied prompts') continue
    await measure(`${bytes} bytes never seen: ${kind}`, 200, (round) => guard.apply(exchange(), rules, { request: readRequest('chat', { model: 'bench', messages: [{ role: 'user', content: textOf(bytes, String(round)) }] }), body }))
  }
}

const patterns = compilePatterns(deniedPrompts.map((source) => ({ source, owner: 'bench' })))
const streamed = readRequest('chat', { model: 'bench', stream: true, messages: [{ role: 'user', content: 'x' }] })
for (const count of [40, 2_000]) {
  const events = Array.from({ length: count }, (_, at) => Buffer.from(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [{ index: 0, delta: { content: ` word${at} and` }, finish_reason: null }] })}\n\n`))
  await measure(`a checked stream of ${count} events`, 40_000 / count, () => {
    const tap = patterns && answerCheck(streamed, patterns, () => undefined)
    for (const event of events) tap?.take(event)
    tap?.end()
  })
}
