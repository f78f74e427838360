import { join } from 'node:path'
import { folderIn, type Tool } from '../setup.ts'

/** Codex: only the Responses dialect, and MCP. It reads the .env next to its configuration. */
export const codex: Tool = {
  name: 'codex',
  title: 'Codex',
  inRepository: false,
  traces: ['.codex'],
  // stream_max_retries: Codex retries even permanent errors, such as a wrong key or a spent budget, and ignores the header that says so.
  plan({ url, key, model, home, env }) {
    const folder = folderIn(env, 'CODEX_HOME', join(home, '.codex'))
    return [
      {
        file: join(folder, 'config.toml'),
        format: 'toml',
        additions: [
          { at: ['model'], value: model },
          { at: ['model_provider'], value: 'elder' },
          { at: ['model_providers', 'elder'], value: { name: 'Elder', base_url: `${url}/v1`, env_key: 'ELDER_API_KEY', wire_api: 'responses', stream_max_retries: 1 } },
          { at: ['mcp_servers', 'elder'], value: { url: `${url}/mcp`, bearer_token_env_var: 'ELDER_API_KEY' } },
        ],
      },
      { file: join(folder, '.env'), format: 'dotenv', secret: true, additions: [{ at: ['ELDER_API_KEY'], value: key }] },
    ]
  },
  remarks: () => [],
}
