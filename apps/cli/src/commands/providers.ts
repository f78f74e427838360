import { defineCommand, usageError } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { currentSetting, putSetting, readJsonFile } from '../platform-settings.ts'
import { printable } from '../terminal.ts'
import { onlyArgument, secondWord } from '../words.ts'

interface Provider {
  readonly name: string
  readonly baseUrl: string
  readonly dialect?: string
  readonly keyFile?: string
  readonly models?: readonly string[]
  readonly weight?: number
  readonly priority?: number
}

export const command = defineCommand({
  usage: 'providers list | providers set FILE',
  about:
    'The model providers behind the front door: the live setting "providers". set takes a JSON list from a file, or - for standard input:\n  [{"name": "acme", "baseUrl": "https://api.acme.example/v1", "keyFile": "acme.key", "models": ["acme-*"]}]\nA key is never part of it: keyFile names the file that holds it where the front door runs. elder settings history|diff|restore providers goes back.',
  options: { json: { type: 'boolean', help: 'for scripts' } },
  async run({ values, positionals: [word, ...rest] }, context) {
    const action = secondWord('providers', ['list', 'set'], word)
    const { terminal } = context
    if (action === 'set') {
      const value = await readJsonFile(onlyArgument(command, 'file', rest), context)
      const setting = await withEdge(context, (edge) => putSetting(edge, 'providers', value, undefined), 'admin')
      if (values.json) terminal.json(setting)
      else terminal.print(`providers are at version ${setting.version}: ${providersIn(setting.value).map(({ name }) => name).join(', ') || 'none'}`)
      return 0
    }
    if (rest.length > 0) throw usageError(`providers list takes no arguments, got ${JSON.stringify(rest[0])}`)
    const setting = await withEdge(context, (edge) => currentSetting(edge, 'providers'), 'admin')
    if (values.json) terminal.json({ version: setting?.version ?? 0, items: setting ? providersIn(setting.value) : [] })
    else if (!setting) terminal.note('providers were never set here: those that the front door was started with hold (elder up --provider)')
    else terminal.table(['name', 'dialect', 'priority', 'weight', 'key file', 'models', 'address'], providersIn(setting.value).map(rowOf))
    return 0
  },
})

function rowOf({ name, baseUrl, dialect = 'openai', keyFile = '', models, weight = 1, priority = 0 }: Provider): string[] {
  return [name, dialect, String(priority), String(weight), keyFile, models?.join(',') ?? 'any', baseUrl].map(printable)
}

function providersIn(value: unknown): Provider[] {
  return Array.isArray(value) ? (value as Provider[]) : []
}
