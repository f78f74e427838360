import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { shellWord } from '../src/shell-word.ts'
import { elder, startTestEdge } from './elder.ts'

const key = `elder_abcdefgh_${'k'.repeat(43)}`
let home: string
let repository: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'elder-connect-'))
  repository = join(home, 'work')
  mkdirSync(repository)
  execFileSync('git', ['init', '-q', repository])
})
afterEach(() => rmSync(home, { recursive: true }))

const connect = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => elder(['connect', ...args], { cwd: repository, env: { HOME: home, ELDER_URL: 'http://127.0.0.1:8420', ELDER_API_KEY: key, ...env } })
const read = (file: string) => readFileSync(join(home, file), 'utf8')
const mode = (file: string) => statSync(join(home, file)).mode & 0o777
function write(file: string, text: string, permissions = 0o644): void {
  mkdirSync(dirname(join(home, file)), { recursive: true })
  writeFileSync(join(home, file), text)
  chmodSync(join(home, file), permissions)
}
const leftIn = (folder: string): string[] => readdirSync(join(home, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name)

const continueText = '# mine, with care\nname: Mine\nversion: 0.0.1\nmodels:\n  - name: Local   # the fast one\n    provider: ollama\n    model: q\n\nrules: []\n'

test('Continue gets its models, tools and key, and everything of the user stays where it was', async () => {
  write('.continue/config.yaml', continueText, 0o640)
  const { code, stdout, stderr } = await connect(['continue', '--model', 'acme-large', '--autocomplete-model', 'acme-small'])
  expect(code).toBe(0)
  expect(stdout).toContain('+  - name: Elder\n')
  expect(stdout + stderr).not.toContain(key)
  const config = parseYaml(read('.continue/config.yaml')) as { name: string; models: { name: string; model: string; apiBase?: string }[]; mcpServers: { type: string; url: string }[] }
  expect(config).toMatchObject({ name: 'Mine', version: '0.0.1', schema: 'v1', mcpServers: [{ type: 'streamable-http', url: 'http://127.0.0.1:8420/mcp' }] })
  expect(config.models.map(({ model }) => model)).toEqual(['q', 'acme-large', 'elder/sages', 'acme-small'])
  for (const line of continueText.split('\n').filter((one) => one !== 'rules: []')) expect(read('.continue/config.yaml').split('\n')).toContain(line)
  expect(read('.continue/.env')).toBe(`ELDER_API_KEY=${key}\n`)
  expect([mode('.continue/config.yaml'), mode('.continue/.env')]).toEqual([0o640, 0o600])
  expect((await connect(['continue', '--undo'])).code).toBe(0)
  expect([read('.continue/config.yaml'), mode('.continue/config.yaml')]).toEqual([continueText, 0o640])
  expect(existsSync(join(home, '.continue/.env'))).toBe(false)
})

test.each([
  // Root may write wherever a file system takes something; this one takes nothing.
  ['/proc', 1, 'the folder /proc/.local cannot be made'],
  ['/proc/home', 2, 'HOME is /proc/home, which is not an accessible folder'],
  ['/dev/null', 2, 'HOME is /dev/null, which is not an accessible folder'],
])('with %s as its home it connects nothing, and says why', async (folder, code, says) => {
  expect(await connect(['continue'], { HOME: folder })).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(says) as string })
})

test.each(['aider', 'claude-code', 'codex', 'cline', 'opencode'])('%s is connected on a bare machine and leaves nothing behind when it is undone', async (tool) => {
  const dry = await connect([tool, '--dry-run'])
  expect(dry.stderr).toContain('would be created')
  expect(readdirSync(home)).toEqual(['work'])
  const { code, stderr } = await connect([tool])
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`connect ${tool} --undo`) as string })
  expect((await connect([tool])).stderr).toContain('is already connected')
  expect((await connect([])).stdout).toMatch(new RegExp(`${tool} +yes +yes`))
  expect((await connect([tool, '--undo'])).code).toBe(0)
  expect(readdirSync(home).toSorted()).toEqual(['.local', 'work'])
  expect((await connect([tool, '--undo'])).stdout).toContain('nothing to undo')
})

test('writes address, key and model in the format of each tool', async () => {
  for (const tool of ['aider', 'claude-code', 'codex', 'cline', 'opencode']) expect((await connect([tool, '--model', 'acme-large'])).code).toBe(0)
  expect(parseYaml(read('.aider.conf.yml'))).toMatchObject({ model: 'openai/acme-large', 'openai-api-base': 'http://127.0.0.1:8420/v1', 'lint-cmd': expect.arrayContaining([`python: ${shellWord(join(import.meta.dirname, '../../../elder'))} check --format aider`]) as unknown })
  expect(read('.env')).toBe(`AIDER_OPENAI_API_KEY=${key}\n`)
  expect(JSON.parse(read('.claude/settings.json'))).toEqual({ env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:8420', ANTHROPIC_AUTH_TOKEN: key, ANTHROPIC_MODEL: 'acme-large', ANTHROPIC_SMALL_FAST_MODEL: 'acme-large' } })
  expect(JSON.parse(read('.claude.json'))).toEqual({ mcpServers: { elder: { type: 'http', url: 'http://127.0.0.1:8420/mcp', headers: { Authorization: `Bearer ${key}` } } } })
  expect(parseToml(read('.codex/config.toml'))).toMatchObject({ model: 'acme-large', model_provider: 'elder', model_providers: { elder: { base_url: 'http://127.0.0.1:8420/v1', env_key: 'ELDER_API_KEY', wire_api: 'responses', stream_max_retries: 1 } }, mcp_servers: { elder: { bearer_token_env_var: 'ELDER_API_KEY' } } })
  const opencode = JSON.parse(read('.config/opencode/opencode.json')) as { model: string; provider: { elder: { options: { apiKey: string } } } }
  expect(opencode.model).toBe('elder/acme-large')
  expect(opencode.provider.elder.options.apiKey).toBe(`{file:${join(home, '.config/opencode/elder.key')}}`)
  expect(read('.config/opencode/elder.key')).toBe(`${key}\n`)
  for (const file of ['.env', '.claude/settings.json', '.claude.json', '.codex/.env', '.config/opencode/elder.key']) expect([file, mode(file)]).toEqual([file, 0o600])
})

test('without a name the model is a provider\'s that the platform offers, and the sages where none can be learnt', async () => {
  const door = await startTestEdge(({ url }) => ({ body: { data: url === '/v1/models' ? [{ id: 'elder/sages' }, { id: 'acme-large' }] : [] } }))
  try {
    expect(await connect(['codex'], { ELDER_URL: door.url })).toMatchObject({ code: 0, stdout: expect.stringContaining('+model = "acme-large"') as string })
  } finally {
    door.close()
  }
  expect(await connect(['opencode'], { ELDER_URL: door.url })).toMatchObject({ code: 0, stdout: expect.stringContaining('elder/sages') as string, stderr: expect.stringContaining('--model names another') as string })
})

test('a file that does not parse is left alone and named; the others are written', async () => {
  const broken = '{\n  "mcpServers": {,}\n}\n'
  write('.claude.json', broken)
  const { code, stderr } = await connect(['claude-code'])
  expect(code).toBe(1)
  expect(stderr).toContain('left alone: ~/.claude.json: it is no valid JSON')
  expect(read('.claude.json')).toBe(broken)
  expect(existsSync(join(home, '.claude/settings.json'))).toBe(true)
})

test('what the user chose otherwise stays and is named', async () => {
  const text = 'model: openai/mine\nlint-cmd: ruff check\n'
  write('.aider.conf.yml', text)
  const { code, stderr } = await connect(['aider', '--model', 'acme-large'])
  expect(code).toBe(1)
  expect(stderr).toContain('kept your own value: model in ~/.aider.conf.yml; Elder would need "openai/acme-large"')
  expect(parseYaml(read('.aider.conf.yml'))).toMatchObject({ model: 'openai/mine', 'lint-cmd': 'ruff check', 'openai-api-base': 'http://127.0.0.1:8420/v1' })
  const { stdout } = await connect(['aider', '--undo', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ connected: false, files: [{ state: 'restored' }, { state: 'removed' }] })
  expect(read('.aider.conf.yml')).toBe(text)
})

test('what was written since survives an undo', async () => {
  write('.codex/config.toml', 'approval_policy = "never"\n')
  await connect(['codex'])
  write('.codex/config.toml', read('.codex/config.toml').replace('"never"', '"on-request"') + '\n[tui]\ntheme = "dark"\n')
  expect((await connect(['codex', '--undo'])).code).toBe(0)
  expect(read('.codex/config.toml')).toBe('approval_policy = "on-request"\n\n[tui]\ntheme = "dark"\n')
})

test('an undo that cannot tell whose lines are whose changes nothing and says what to take out', async () => {
  await connect(['codex'])
  const changed = read('.codex/config.toml').replace('name = "Elder"', 'name = "My Elder"')
  write('.codex/config.toml', changed)
  const { code, stdout } = await connect(['codex', '--undo'])
  expect(code).toBe(1)
  expect(stdout).toContain('take out by hand:\nmodel = ')
  expect(read('.codex/config.toml')).toBe(changed)
  expect(existsSync(join(home, '.codex/.env'))).toBe(false)
})

test('connecting again moves to another platform and key, and can still be undone', async () => {
  const text = '{\n  "theme": "dark"\n}\n'
  write('.claude/settings.json', text)
  await connect(['claude-code'])
  const other = `elder_ijklmnop_${'o'.repeat(43)}`
  expect((await connect(['claude-code'], { ELDER_URL: 'http://127.0.0.1:9999', ELDER_API_KEY: other })).code).toBe(0)
  expect(JSON.parse(read('.claude/settings.json'))).toEqual({ theme: 'dark', env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9999', ANTHROPIC_AUTH_TOKEN: other } })
  expect(read('.claude.json')).not.toContain(key)
  await connect(['claude-code', '--undo'])
  expect(read('.claude/settings.json')).toBe(text)
})

test('a repository gets files without the key, which others may have', async () => {
  for (const tool of ['claude-code', 'opencode', 'aider']) expect((await connect([tool, '--repository'])).code).toBe(0)
  expect(JSON.parse(read('work/.mcp.json'))).toMatchObject({ mcpServers: { elder: { headers: { Authorization: 'Bearer ${ELDER_API_KEY}' } } } })
  expect(leftIn('work').filter((name) => ['.mcp.json', 'opencode.json', '.aider.conf.yml'].includes(name))).toHaveLength(3)
  for (const file of ['.mcp.json', 'opencode.json', '.aider.conf.yml']) expect(read(`work/${file}`)).not.toContain(key)
  expect(JSON.parse(read('work/opencode.json'))).not.toHaveProperty('model')
  for (const tool of ['claude-code', 'opencode', 'aider']) expect((await connect([tool, '--repository', '--undo'])).code).toBe(0)
  expect(existsSync(join(repository, '.mcp.json'))).toBe(false)
  expect(await connect(['codex', '--repository'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no configuration file in a repository') as string })
})

test('a link to a file stays a link', async () => {
  write('dotfiles/aider.yml', 'dark-mode: true\n')
  symlinkSync(join(home, 'dotfiles/aider.yml'), join(home, '.aider.conf.yml'))
  await connect(['aider'])
  expect(lstatSync(join(home, '.aider.conf.yml')).isSymbolicLink()).toBe(true)
  expect(read('dotfiles/aider.yml')).toContain('dark-mode: true\nmodel: openai/elder/sages\n')
  await connect(['aider', '--undo'])
  expect(read('dotfiles/aider.yml')).toBe('dark-mode: true\n')
})

test('bad usage names what would be right', async () => {
  expect(await connect(['codx'])).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean: elder connect codex') as string })
  expect(await connect(['aider', 'codex'])).toMatchObject({ code: 2, stderr: expect.stringContaining('connect takes one tool') as string })
  expect(await connect(['aider'], { ELDER_URL: 'http://127.0.0.1:1', ELDER_API_KEY: '' })).toMatchObject({ code: 2, stderr: expect.stringContaining('ELDER_API_KEY is not') as string })
})

test('a file that its tool has rewritten is moved to another key, and undone', async () => {
  await connect(['claude-code'])
  // Claude Code writes what it remembers into the same file, compactly and in its own order.
  write('.claude.json', JSON.stringify({ startups: 1, ...(JSON.parse(read('.claude.json')) as object), projects: {} }))
  const other = `elder_ijklmnop_${'o'.repeat(43)}`
  expect((await connect(['claude-code'], { ELDER_API_KEY: other })).code).toBe(0)
  expect(read('.claude.json')).not.toContain(key)
  write('.claude.json', JSON.stringify({ ...(JSON.parse(read('.claude.json')) as object), startups: 2 }, null, 2))
  expect((await connect(['claude-code', '--undo'])).code).toBe(0)
  expect(JSON.parse(read('.claude.json'))).toEqual({ startups: 2, projects: {} })
})

test('what its user has taken out already is not asked for again', async () => {
  write('.codex/config.toml', 'a = 1\n')
  await connect(['codex'])
  write('.codex/config.toml', 'a = 1\nb = 2\n')
  expect(await connect(['codex', '--undo'])).toMatchObject({ code: 0, stdout: expect.stringContaining('unchanged: ~/.codex/config.toml') as string })
  expect(read('.codex/config.toml')).toBe('a = 1\nb = 2\n')
})

test('connecting again that came to nothing can still be undone', async () => {
  const record = '.local/state/elder/connections.json'
  write('.codex/config.toml', 'a = 1\n')
  await connect(['codex', '--model', 'one'])
  const whole = read('.codex/config.toml')
  await connect(['codex', '--model', 'two'])
  // As after an end between writing down and doing.
  write('.codex/config.toml', `${whole}b = 2\n`)
  expect(existsSync(join(home, record))).toBe(true)
  expect((await connect(['codex', '--undo'])).code).toBe(0)
  expect(read('.codex/config.toml')).toBe('a = 1\nb = 2\n')
})

test('where a tool had its files before is undone too', async () => {
  await connect(['codex'])
  await connect(['codex'], { CODEX_HOME: join(home, 'elsewhere') })
  expect((await connect(['codex', '--undo'])).code).toBe(0)
  expect(readdirSync(home).toSorted()).toEqual(['.local', 'work'])
})

test('tools connected at the same time are all remembered', async () => {
  const all = ['aider', 'claude-code', 'codex', 'cline', 'opencode']
  expect((await Promise.all(all.map((tool) => connect([tool])))).map(({ code }) => code)).toEqual(all.map(() => 0))
  const { stdout } = await connect(['--json'])
  expect(JSON.parse(stdout)).toMatchObject({ tools: [{ connected: false }, ...all.map((tool) => ({ tool, connected: true }))] })
})

test('the lock of one that died is taken over', async () => {
  write('.local/state/elder/connections.json.lock', '4194303')
  expect((await connect(['codex'])).code).toBe(0)
  expect(leftIn('.local/state/elder')).toEqual(['connections.json'])
})

test('a file that cannot be written is named with the fix; the others are written and can be undone', async () => {
  symlinkSync(join(home, 'gone/aider.yml'), join(home, '.aider.conf.yml'))
  expect(await connect(['aider'])).toMatchObject({ code: 1, stderr: expect.stringContaining(`left alone: ~/.aider.conf.yml: it is a link to ${join(home, 'gone/aider.yml')}, which is not there`) as string })
  expect(existsSync(join(home, '.env'))).toBe(true)
  write('.codex', 'a file')
  expect(await connect(['codex'])).toMatchObject({ code: 1, stderr: expect.stringContaining(`the folder ${join(home, '.codex')} is needed: move it away`) as string })
  write('.config/opencode/opencode.json', '{ "mcp": null }\n')
  expect(await connect(['opencode'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/opencode\.json: it is laid out .*; add by hand:\n\{\n {2}"\$schema"/) as string })
  expect((await connect(['aider', '--undo'])).code).toBe(0)
  expect(existsSync(join(home, '.env'))).toBe(false)
})

test.runIf(process.getuid?.() === 0)('a file stays whose it was', async () => {
  write('.codex/config.toml', 'a = 1\n')
  chownSync(join(home, '.codex/config.toml'), 65_534, 65_534)
  await connect(['codex'])
  expect(statSync(join(home, '.codex/config.toml'))).toMatchObject({ uid: 65_534, gid: 65_534 })
})

test('shows neither the key nor the lines around it', async () => {
  write('.env', 'OPENAI_API_KEY=sk-of-the-user\n')
  const { stdout, stderr } = await connect(['aider'])
  expect(stdout).toContain('+AIDER_OPENAI_API_KEY=elder_abcdefgh_…')
  expect(stdout + stderr).not.toContain('sk-of-the-user')
  await connect(['claude-code'])
  write('.claude.json', read('.claude.json').replace('"http"', '"sse"'))
  const undone = await connect(['claude-code', '--undo'])
  expect(undone).toMatchObject({ code: 1, stdout: expect.stringContaining('take out by hand:\n{') as string })
  expect(undone.stdout).not.toContain(key)
})

test('an empty variable names no place, a relative one is refused: no key comes into the folder one is in', async () => {
  expect((await connect(['claude-code'], { CLAUDE_CONFIG_DIR: '', XDG_STATE_HOME: '' })).code).toBe(0)
  expect(await connect(['opencode'], { XDG_CONFIG_HOME: 'config' })).toMatchObject({ code: 2, stderr: expect.stringContaining('XDG_CONFIG_HOME must be an absolute path, got "config"') as string })
  expect(readdirSync(repository)).toEqual(['.git'])
  expect(existsSync(join(home, '.claude/settings.json'))).toBe(true)
})

test('warns if the key could be committed', async () => {
  execFileSync('git', ['init', '-q', home])
  expect((await connect(['codex'])).stderr).toContain('~/.codex/.env holds the key, and lies in a git repository that does not ignore it')
  await connect(['codex', '--undo'])
  write('.gitignore', '.env\n')
  expect((await connect(['codex'])).stderr).not.toContain('does not ignore it')
})

test('a file of a repository names no place of this machine', async () => {
  await connect(['aider', '--repository'])
  expect(read('work/.aider.conf.yml')).toContain('"python: elder check --format aider"')
  expect(read('work/.aider.conf.yml')).not.toContain(join(import.meta.dirname, '../../..'))
})

test('a model has a name', async () => {
  for (const name of ['', 'a b', 'a\nb']) expect(await connect(['aider', '--model', name])).toMatchObject({ code: 2, stderr: expect.stringContaining("--model must be a model's name") as string })
  expect(existsSync(join(home, '.env'))).toBe(false)
})
