import { join } from 'node:path'
import { folderIn, keys, sagesModel, type FilePlan, type Setup, type Tool } from '../setup.ts'
import { shellWord } from '../../shell-word.ts'

/** Claude Code: the Anthropic dialect, and MCP. */
export const claudeCode: Tool = {
  name: 'claude-code',
  title: 'Claude Code',
  inRepository: true,
  traces: ['.claude', '.claude.json'],
  plan(setup) {
    if (setup.repository !== undefined) return [{ file: join(setup.repository, '.mcp.json'), format: 'json', additions: [{ at: ['mcpServers', 'elder'], value: server(setup, '${ELDER_API_KEY}') }] }]
    const folder = folderIn(setup.env, 'CLAUDE_CONFIG_DIR', join(setup.home, '.claude'))
    return [settingsFile(setup, folder), { file: join(folderIn(setup.env, 'CLAUDE_CONFIG_DIR', setup.home), '.claude.json'), format: 'json', secret: true, additions: [{ at: ['mcpServers', 'elder'], value: server(setup, setup.key) }] }]
  },
  remarks: ({ repository, elder }) => (repository === undefined ? ['a session that is open keeps what it started with: begin a new one'] : [`the key comes from the environment: eval "$(${shellWord(elder)} env)" before claude is started`]),
}

function settingsFile({ url, key, model }: Setup, folder: string): FilePlan {
  const chosen = model === sagesModel ? {} : { ANTHROPIC_MODEL: model, ANTHROPIC_SMALL_FAST_MODEL: model }
  return { file: join(folder, 'settings.json'), format: 'json', secret: true, additions: keys({ ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: key, ...chosen }, ['env']) }
}

function server({ url }: Setup, key: string) {
  return { type: 'http', url: `${url}/mcp`, headers: { Authorization: `Bearer ${key}` } }
}
