import { join } from 'node:path'
import type { Addition, Json } from '../addition.ts'
import { folderIn, sagesModel, type Setup, type Tool } from '../setup.ts'

// Continue replaces it from the .env next to its configuration.
const secret = '${{ secrets.ELDER_API_KEY }}'

/** Continue, in the editor and as `cn`. */
export const continueTool: Tool = {
  name: 'continue',
  title: 'Continue',
  inRepository: false,
  traces: ['.continue'],
  plan(setup) {
    const folder = folderIn(setup.env, 'CONTINUE_GLOBAL_DIR', join(setup.home, '.continue'))
    return [
      { file: join(folder, 'config.yaml'), format: 'yaml', additions: configAdditions(setup) },
      { file: join(folder, '.env'), format: 'dotenv', secret: true, additions: [{ at: ['ELDER_API_KEY'], value: setup.key }] },
    ]
  },
  remarks: ({ model }) => [`in the editor choose the model ${nameOf(model)}; cn uses the first model of the file, which is yours where you had one: cn --config names another file`],
}

function configAdditions(setup: Setup): Addition[] {
  const models = [setup.model, sagesModel].filter((id, index, all) => all.indexOf(id) === index)
  const entry = (list: string, value: Json): Addition => ({ at: [list], value, inList: true })
  return [
    { at: ['name'], value: 'Elder', orTheirs: true },
    { at: ['version'], value: '1.0.0', orTheirs: true },
    { at: ['schema'], value: 'v1', orTheirs: true },
    ...models.map((id) => entry('models', { ...modelOf(setup, nameOf(id), id), roles: id === sagesModel ? ['chat'] : ['chat', 'edit', 'apply', 'summarize'], ...(id !== sagesModel && { capabilities: ['tool_use'] }) })),
    ...(setup.autocompleteModel === undefined ? [] : [entry('models', { ...modelOf(setup, 'Elder autocomplete', setup.autocompleteModel), roles: ['autocomplete'], useLegacyCompletionsEndpoint: true })]),
    ...(setup.embeddingModel === undefined ? [] : [entry('models', { ...modelOf(setup, 'Elder embeddings', setup.embeddingModel), roles: ['embed'] })]),
    entry('rules', 'Call elder_check on every file you changed before you answer.'),
    entry('mcpServers', { name: 'elder', type: 'streamable-http', url: `${setup.url}/mcp`, requestOptions: { headers: { Authorization: `Bearer ${secret}` } } }),
    entry('context', { provider: 'http', params: { url: `${setup.url}/continue/context`, title: 'elder', displayTitle: 'Elder', description: 'Code and knowledge of the team', headers: { Authorization: `Bearer ${secret}` }, options: { k: 8 } } }),
    entry('data', { name: 'elder', destination: `${setup.url}/continue/data`, schema: '0.2.0', level: 'noCode', events: ['chatInteraction', 'editOutcome', 'toolUsage'], apiKey: secret }),
  ]
}

const nameOf = (id: string) => (id === sagesModel ? 'Elder sages' : 'Elder')

function modelOf({ url }: Setup, name: string, model: string) {
  return { name, provider: 'openai', model, apiBase: `${url}/v1`, apiKey: secret, requestOptions: { headers: { 'X-Elder-Client': 'continue' } } }
}
