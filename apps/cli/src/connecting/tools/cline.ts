import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Setup, Tool } from '../setup.ts'
import { shellWord } from '../../shell-word.ts'

const inEditor = 'User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'

/** Cline: MCP by its file. The editor stores the model's URL and key in a place that no file can set. */
export const cline: Tool = {
  name: 'cline',
  title: 'Cline',
  inRepository: false,
  traces: ['.cline', '.config/Code/User/globalStorage/saoudrizwan.claude-dev'],
  plan(setup) {
    const server = { type: 'streamableHttp', url: `${setup.url}/mcp`, headers: { Authorization: `Bearer ${setup.key}` }, disabled: false }
    return places(setup).map((file) => ({ file, format: 'json', secret: true, additions: [{ at: ['mcpServers', 'elder'], value: server }] }))
  },
  remarks: ({ url, model, elder }) => [`in Cline's settings choose the API provider "OpenAI Compatible" with base URL ${url}/v1, model ${model} and the key that ${shellWord(elder)} env prints`],
}

/** Every editor that has a folder of Cline, or else VS Code's. */
function places({ home }: Setup): string[] {
  const bases = ['.config/Code', '.config/Code - Insiders', '.config/VSCodium', '.config/Cursor', '.vscode-server/data', 'Library/Application Support/Code']
  const folders = bases.map((base) => join(home, base, inEditor)).filter((file) => existsSync(join(file, '../..')))
  const own = existsSync(join(home, '.cline')) ? [join(home, '.cline/data/settings/cline_mcp_settings.json')] : []
  const found = [...folders, ...own]
  return found.length > 0 ? found : [join(home, '.config/Code', inEditor)]
}
