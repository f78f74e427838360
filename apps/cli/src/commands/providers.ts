import { defineCommand } from '../command.ts'
import { withEdge } from '../credentials.ts'
import type { Health } from '../platform/elsewhere.ts'
import { currentSetting, isSet, putSetting, readJsonFile } from '../platform-settings.ts'
import { localTime, printable, type Terminal } from '../terminal.ts'
import { noArguments, onlyArgument, secondWord } from '../words.ts'

interface Provider {
  readonly name: string
  readonly baseUrl: string
  readonly dialect: string
  readonly apis: readonly string[]
  readonly keyFile?: string
  readonly models: readonly string[] | null
  readonly priced: readonly string[]
  readonly weight: number
  readonly priority: number
  readonly state: string
  readonly paused: readonly { readonly model: string; readonly again: string; readonly reason?: string }[]
  readonly lastFailure?: { readonly at: string; readonly message: string }
}

export const command = defineCommand({
  usage: 'providers list | providers set FILE',
  about:
    'The model providers that completions go to. list shows the providers in use, their formats and their health; set changes the live setting "providers". It takes a JSON list from a file, or - for standard input:\n  [{"name": "acme", "baseUrl": "https://api.acme.example/v1", "keyFile": "acme.key", "models": ["acme-*"]}]\nA key is never part of it: keyFile names the file that holds it, inside .elder of the checkout that runs the edge or what ELDER_EDGE_PROXY_PROVIDER_KEYS_DIRECTORY names there. elder settings history|diff|restore providers goes back, elder settings unset providers to those of elder up --provider.',
  options: { json: { type: 'boolean', help: 'print JSON' } },
  async run({ values, positionals: [word, ...rest] }, context) {
    const action = secondWord('providers', ['list', 'set'], word)
    const { terminal } = context
    if (action === 'set') {
      const value = await readJsonFile(onlyArgument(command, 'file', rest), context)
      const setting = await withEdge(context, (edge) => putSetting(edge, 'providers', value, undefined), 'admin')
      if (values.json) terminal.json(setting)
      else terminal.print(`providers are at version ${setting.version}: ${namesIn(setting.value)}`)
      return 0
    }
    noArguments('providers list', rest)
    const [setting, { items }, { causes = [] }] = await withEdge(
      context,
      (edge) => Promise.all([currentSetting(edge, 'providers'), edge.request<{ items: Provider[] }>('GET', '/v1/providers'), edge.request<Partial<Health>>('GET', '/v1/health', { alsoAnswer: 503 })]),
      'admin',
    )
    if (values.json) terminal.json({ version: setting?.version ?? 0, items })
    else show(terminal, items, !isSet(setting))
    // Only the edge can validate the setting, because it has the key files.
    const refused = causes.find(({ component }) => component === 'provider-settings')
    if (refused) terminal.note(printable(refused.reason))
    return 0
  },
})

function show(terminal: Terminal, providers: readonly Provider[], isOfUp: boolean): void {
  if (isOfUp) terminal.note('the setting is not set: these are what the edge was started with (elder up --provider)')
  if (providers.length === 0) return terminal.note('no provider is configured: elder up --provider URL, or elder providers set FILE')
  terminal.table(['name', 'apis', 'models', 'priced', 'state', 'priority', 'weight', 'key file', 'address'], providers.map(rowOf))
  for (const { name, paused, lastFailure } of providers) {
    for (const { model, again, reason } of paused) terminal.print(printable(`${name}: ${model} is left alone until ${localTime(again)}${reason === undefined ? '' : ` (${reason})`}`))
    if (lastFailure) terminal.print(printable(`${name}: failed last at ${localTime(lastFailure.at)}: ${lastFailure.message}`))
  }
}

function rowOf({ name, baseUrl, apis, keyFile = '', models, priced, weight, priority, state }: Provider): string[] {
  return [name, apis.join(','), models?.join(',') ?? 'any', priced.join(',') || 'none', state, String(priority), String(weight), keyFile, baseUrl].map(printable)
}

function namesIn(value: unknown): string {
  const names = Array.isArray(value) ? (value as { name: string }[]).map(({ name }) => name) : []
  return names.join(', ') || 'none'
}
