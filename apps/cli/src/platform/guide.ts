import { join } from 'node:path'
import { writePrivately } from '@elder/backing'
import { aiderLanguages } from '../connecting/tools/aider.ts'
import type { Credentials } from '../credentials.ts'
import type { Places } from './places.ts'
import { shellWord } from '../shell-word.ts'

/** The models for tools: the platform's own, and the provider's if there is one. */
interface GuideInput {
  readonly checkout: string
  readonly places: Places
  readonly credentials: Credentials
  readonly providerModel: string | undefined
}

const platformModel = 'elder/sages'

/** Writes ready-made configurations for Continue and Aider, readable only by their owner, because they contain the developer's key. */
export function writeToolFiles(input: GuideInput): void {
  const code = input.providerModel === undefined ? [] : [{ name: 'Through Elder', id: input.providerModel, roles: 'chat, edit, apply, summarize' }]
  const sages = { name: 'Elder sages', id: platformModel, roles: 'chat' }
  // Continue's command line always uses the first model of a file, so there is one file for each.
  writePrivately(input.places.continueConfig, continueConfig(input, [...code, sages]))
  writePrivately(input.places.continueSagesConfig, continueConfig(input, [sages, ...code]))
  writePrivately(input.places.aiderConfig, aiderConfig(input))
}

interface ContinueModel {
  readonly name: string
  readonly id: string
  readonly roles: string
}

function continueConfig({ credentials: { url, developerKey } }: GuideInput, models: readonly ContinueModel[]): string {
  const blocks = models.map(
    ({ name, id, roles }) => `  - name: ${name}
    provider: openai
    model: ${JSON.stringify(id)}
    apiBase: ${url}/v1
    apiKey: ${developerKey}
    roles: [${roles}]
    requestOptions:
      headers: { X-Elder-Client: continue }
`,
  )
  return `name: Elder
version: 1.0.0
schema: v1
models:
${blocks.join('')}mcpServers:
  - name: elder
    type: streamable-http
    url: ${url}/mcp
    requestOptions:
      headers: { Authorization: "Bearer ${developerKey}" }
context:
  - provider: http
    params:
      url: ${url}/continue/context
      title: elder
      displayTitle: Elder
      description: Code and knowledge of the team
      headers: { Authorization: "Bearer ${developerKey}" }
      options: { k: 8 }
data:
  - name: elder
    destination: ${url}/continue/data
    schema: 0.2.0
    level: noCode
    events: [chatInteraction, editOutcome, toolUsage]
    apiKey: ${developerKey}
`
}

function aiderConfig({ checkout, credentials: { url, developerKey }, providerModel }: GuideInput): string {
  const model = `openai/${providerModel ?? platformModel}`
  // Aider runs this through a shell, after "LANGUAGE: ".
  const lint = `'${join(checkout, 'elder').replaceAll("'", `'\\''`)}' check --format aider`
  return `model: ${JSON.stringify(model)}
weak-model: ${JSON.stringify(model)}
openai-api-base: ${url}/v1
openai-api-key: ${developerKey}
analytics-disable: true
check-update: false
show-release-notes: false
show-model-warnings: false
auto-lint: true
lint-cmd:
${aiderLanguages.map((language) => `  - ${JSON.stringify(`${language}: ${lint}`)}`).join('\n')}
`
}

interface ProviderChoice {
  /** Whether the live setting defines the providers, so that those given to `up` are not used. */
  readonly hasLiveProviders: boolean
  /** The provider given to `up`; undefined: none. */
  readonly providerUrl: string | undefined
}

/** The text that `up` prints at its end. */
export function endText(input: GuideInput & ProviderChoice): string {
  const { checkout, places, credentials: { url }, providerModel } = input
  const elder = shellWord(join(checkout, 'elder'))
  return [
    `Elder runs at ${url}`,
    ...providerLines(input, elder),
    '',
    'Point your tools at it (key and model are in the files):',
    `  Continue   cn --config ${shellWord(places.continueConfig)} -p "What does this repository do?"`,
    ...(providerModel === undefined ? [] : [`             cn --config ${shellWord(places.continueSagesConfig)} -p "..."   asks the sages`]),
    `             in the editor: cp ${shellWord(places.continueConfig)} ~/.continue/config.yaml`,
    `  Aider      aider --config ${shellWord(places.aiderConfig)}`,
    `  for good   ${elder} connect continue|aider|claude-code|codex|cline|opencode   adds what each needs to its own files; --undo takes it out`,
    `  others     eval "$(${elder} env)"   then base URL $ELDER_URL/v1, key $ELDER_API_KEY, MCP at $ELDER_URL/mcp`,
    '',
    'Try, in a repository of yours:',
    `  ${elder} index                     so that the sages know its code`,
    `  ${elder} consult "how do we ...?"  an answer that cites your files`,
    `  ${elder} check FILE                findings of the gate`,
    `  ${elder} status | logs | doctor | down`,
  ].join('\n')
}

function providerLines({ providerModel, hasLiveProviders, providerUrl }: Pick<GuideInput, 'providerModel'> & ProviderChoice, elder: string): string[] {
  if (hasLiveProviders) {
    const unused = providerUrl === undefined ? [] : [`--provider ${providerUrl} is NOT used as long as that is set. To use it: ${elder} settings unset providers`]
    return [`The live setting providers says who answers completions: ${elder} providers list`, ...unused]
  }
  if (providerModel !== undefined) return [`Completions for ${providerModel} go to the provider; ${platformModel} is answered by the platform.`]
  if (providerUrl !== undefined) return [`The provider ${providerUrl} lists no models. Check its address (it ends in /v1) and its key with ${elder} providers list, or name a model: ${elder} up --model NAME`]
  return [`No model provider is configured: only ${platformModel} answers. Add one: ${elder} down; ${elder} up --provider https://HOST/v1 --provider-key-file FILE`]
}
