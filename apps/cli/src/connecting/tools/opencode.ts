import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { folderIn, sagesModel, type Setup, type Tool } from '../setup.ts'
import { shellWord } from '../../shell-word.ts'

/** opencode. Its configuration refers to the file with the key. */
export const opencode: Tool = {
  name: 'opencode',
  title: 'opencode',
  inRepository: true,
  traces: ['.config/opencode', '.local/share/opencode'],
  plan(setup) {
    const user = join(folderIn(setup.env, 'XDG_CONFIG_HOME', join(setup.home, '.config')), 'opencode')
    const folder = setup.repository ?? user
    const keyFile = join(user, 'elder.key')
    const key = setup.repository === undefined ? `{file:${keyFile}}` : '{env:ELDER_API_KEY}'
    const config = [join(folder, 'opencode.jsonc'), join(folder, 'opencode.json')].find((file) => existsSync(file)) ?? join(folder, 'opencode.json')
    return [
      { file: config, format: 'json', additions: additions(setup, key) },
      ...(setup.repository === undefined ? [{ file: keyFile, format: 'plain' as const, secret: true as const, additions: [{ at: ['value'], value: setup.key }] }] : []),
    ]
  },
  remarks: ({ repository, elder, model }) => [`opencode --model elder/${model} uses it`, ...(repository === undefined ? [] : [`the key comes from the environment: eval "$(${shellWord(elder)} env)" before opencode is started`])],
}

function additions({ url, model, autocompleteModel, repository }: Setup, key: string) {
  const models = Object.fromEntries([model, sagesModel, autocompleteModel].flatMap((id) => (id === undefined ? [] : [[id, { name: id }]])))
  return [
    { at: ['$schema'], value: 'https://opencode.ai/config.json', orTheirs: true as const },
    // By default it uses the last model by name, which is the sages. A repository's file would override each user's own choice.
    ...(repository === undefined ? [{ at: ['model'], value: `elder/${model}`, orTheirs: true as const }] : []),
    { at: ['provider', 'elder'], value: { npm: '@ai-sdk/openai-compatible', name: 'Elder', options: { baseURL: `${url}/v1`, apiKey: key, headers: { 'X-Elder-Client': 'opencode' } }, models } },
    { at: ['mcp', 'elder'], value: { type: 'remote', url: `${url}/mcp`, headers: { Authorization: `Bearer ${key}` }, enabled: true } },
  ]
}
