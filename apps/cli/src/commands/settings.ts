import { unifiedDiff } from '../checking/unified-diff.ts'
import { CommandError, defineCommand, usageError, wholeNumber, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import type { Edge } from '../edge.ts'
import { lineSplices } from '../line-diff.ts'
import { fetchAll } from '../pages.ts'
import { fetchUsers } from '../people.ts'
import { currentSetting, putSetting, readJsonFile, settingPath, type Setting } from '../platform-settings.ts'
import { localTime, type Terminal } from '../terminal.ts'
import { noArguments, onlyArgument, secondWord } from '../words.ts'

export const command = defineCommand({
  usage: 'settings list | settings get NAME | settings set NAME FILE | settings unset NAME | settings history NAME | settings diff NAME | settings restore NAME VERSION',
  about:
    'Live settings of the platform. Each change is a new version and takes effect everywhere within a second. set reads JSON from a file, or\nfrom standard input (-); unset returns to the settings that the platform was started with.\ndiff shows what the newest version changed; restore makes an earlier version the newest.',
  options: {
    version: { type: 'string', value: 'N', help: 'get: an earlier version' },
    from: { type: 'string', value: 'N', help: 'diff: the earlier version (default: the one before)' },
    to: { type: 'string', value: 'N', help: 'diff: the later version (default: the newest)' },
    'base-version': { type: 'string', value: 'N', help: 'set: fail if this is not the newest version (0: never set)' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals: [word, ...rest] }, context) {
    const action = actions[secondWord('settings', ['list', 'get', 'set', 'unset', 'history', 'diff', 'restore'], word)]
    const { answer, say } = await action(values, rest, context)
    if (values.json) context.terminal.json(answer)
    else say(context.terminal)
    return 0
  },
})

type Values = Parameters<typeof command.run>[0]['values']
type Outcome = { readonly answer: unknown; say(terminal: Terminal): void }
type Action = (values: Values, rest: readonly string[], context: Context) => Promise<Outcome>

const nameIn = (rest: readonly string[]) => onlyArgument(command, 'name of a setting', rest)
const versionIn = (flag: string, text: string, min = 1) => wholeNumber(flag, text, min, 999_999_999)
const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

const actions: Record<'list' | 'get' | 'set' | 'unset' | 'history' | 'diff' | 'restore', Action> = {
  async list(_values, rest, context) {
    noArguments('settings list', rest)
    return listed(context, '/v1/settings', 'no setting was ever set: elder settings set NAME FILE')
  },

  async get({ version }, rest, context) {
    const name = nameIn(rest)
    const wanted = version === undefined ? undefined : versionIn('--version', version)
    const setting = await withEdge(context, (edge) => (wanted === undefined ? requireSet(edge, name) : fetchVersion(edge, name, wanted)), 'admin')
    return { answer: setting, say: ({ streams }) => void streams.stdout.write(pretty(setting.value)) }
  },

  async set(values, [name, file, surplus], context) {
    if (name === undefined || file === undefined || surplus !== undefined) throw usageError('settings set needs a name and a file', 'elder settings set NAME FILE')
    const base = values['base-version'] === undefined ? undefined : versionIn('--base-version', values['base-version'], 0)
    const value = await readJsonFile(file, context)
    const setting = await withEdge(context, (edge) => putSetting(edge, name, value, base), 'admin')
    return { answer: setting, say: ({ print }) => print(`${name} is at version ${setting.version}`) }
  },

  async unset(_values, rest, context) {
    const name = nameIn(rest)
    const setting = await withEdge(context, async (edge) => putSetting(edge, name, null, (await requireSet(edge, name)).version), 'admin')
    return { answer: setting, say: ({ print }) => print(`${name} is unset since version ${setting.version}: the platform goes by what it was started with`) }
  },

  async history(_values, rest, context) {
    const name = nameIn(rest)
    return listed(context, `${settingPath(name)}/versions`, `setting ${name} was never set`)
  },

  async diff({ from, to }, rest, context) {
    const name = nameIn(rest)
    const wanted = { from: from === undefined ? undefined : versionIn('--from', from), to: to === undefined ? undefined : versionIn('--to', to) }
    const [earlier, later] = await withEdge(context, (edge) => fetchPair(edge, name, wanted), 'admin')
    const before = earlier ? pretty(earlier.value) : ''
    const diff = unifiedDiff(`${name} ${earlier?.version ?? 0} → ${later.version}`, before, lineSplices(before, pretty(later.value)))
    return {
      answer: { name, from: earlier?.version ?? 0, to: later.version, diff },
      say: ({ print }) => print(diff === '' ? `versions ${earlier?.version ?? 0} and ${later.version} of ${name} say the same` : diff),
    }
  },

  async restore(_values, [name, version, surplus], context) {
    if (name === undefined || version === undefined || surplus !== undefined) throw usageError('settings restore needs a name and a version', 'elder settings restore NAME VERSION')
    const body = { version: versionIn('VERSION', version) }
    const setting = await withEdge(context, (edge) => edge.request<Setting>('POST', `${settingPath(name)}/restore`, { body }), 'admin')
    return { answer: setting, say: ({ print }) => print(`${name} is at version ${setting.version}, which says what version ${version} said`) }
  },
}

async function requireSet(edge: Edge, name: string): Promise<Setting> {
  const setting = await currentSetting(edge, name)
  if (setting) return setting
  throw new CommandError(`setting ${name} was never set`, { fix: `elder settings set ${name} FILE` })
}

const fetchVersion = (edge: Edge, name: string, version: number) => edge.request<Setting>('GET', `${settingPath(name)}?version=${version}`)

/** The two versions to compare; the predecessor of the first is empty. */
async function fetchPair(edge: Edge, name: string, { from, to }: { from: number | undefined; to: number | undefined }): Promise<[Setting | undefined, Setting]> {
  const later = to === undefined ? await requireSet(edge, name) : await fetchVersion(edge, name, to)
  const before = from ?? later.version - 1
  return [before === 0 ? undefined : await fetchVersion(edge, name, before), later]
}

function listed(context: Context, path: string, nothing: string): Promise<Outcome> {
  return withEdge(
    context,
    async (edge) => {
      const [items, users] = await Promise.all([fetchAll(edge, path) as Promise<Setting[]>, fetchUsers(edge)])
      const nameOf = (id = '') => users.find((user) => user.id === id)?.name ?? id
      const rows = items.map(({ name, version, changedAt, changedBy }) => [name, String(version), localTime(changedAt), nameOf(changedBy)])
      return { answer: { items }, say: ({ print, table }: Terminal) => (rows.length === 0 ? print(nothing) : table(['name', 'version', 'changed', 'by'], rows)) }
    },
    'admin',
  )
}
