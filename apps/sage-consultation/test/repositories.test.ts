import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Role } from '@elder/contracts/auth'
import { as, developer, index, manifestOf, startSage, type RunningSage, type SourceFile } from './running-sage.ts'

const root = join(import.meta.dirname, '../../..')

/** This repository's own libraries: real code that the questions below are about. */
function ownLibraries(): SourceFile[] {
  const entries = readdirSync(join(root, 'libs'), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|md)$/.test(entry.name) && !/[\\/](node_modules|gen|dist)([\\/]|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(root, path).replaceAll('\\', '/'), content: readFileSync(path) }))
}

/** Where a text stands in a file, as a citation would say it. */
function lineOf(path: string, text: string): number {
  const line = readFileSync(join(root, path), 'utf8').split('\n').findIndex((candidate) => candidate.includes(text)) + 1
  if (line === 0) throw new Error(`${path} has no line with ${text}`)
  return line
}

describe('the repository index', () => {
  let sage: RunningSage
  beforeAll(async () => {
    sage = await startSage()
  })
  afterAll(() => sage.stop())

  const post = (repository: string, files: readonly SourceFile[]) => sage.repositories.postManifest({ repository, files: manifestOf(files) }, developer())
  const put = (repository: string, files: readonly SourceFile[]) =>
    sage.repositories.putFiles({ repository, files: files.map(({ path, content }) => ({ path, content: Buffer.from(content) })) }, developer())
  const search = async (repository: string, query: string, limit = 0) => (await sage.repositories.search({ repository, query, limit }, developer())).hits
  const file = (path: string, content: string): SourceFile => ({ path, content })

  it.each([
    ['where do we redact secrets from log lines?', 'libs/telemetry/src/redaction.ts', 'export function redact('],
    ['how is the principal signed for the next service?', 'libs/rpc/src/identity.ts', 'export function principalSigner'],
    ['where is the retry budget?', 'libs/resilience/src/retry-budget.ts', 'export class RetryBudget'],
    ['where are the livez and readyz probes served?', 'libs/lifecycle/src/admin.ts', "'/readyz':"],
    ['requireRole', 'libs/rpc/src/call.ts', 'export function requireRole'],
    ['where are migrations applied under a lock?', 'libs/postgres/src/migrations.ts', 'export async function migrate'],
  ])('answers "%s" with the right place', async (question, path, text) => {
    await index(sage, 'elder', ownLibraries())
    const [best] = await search('elder', question)
    const line = lineOf(path, text)
    expect(best).toMatchObject({ repository: 'elder', path, score: 1 })
    expect(best?.startLine).toBeLessThanOrEqual(line)
    expect(best?.endLine).toBeGreaterThanOrEqual(line)
  })

  it('gives the same hits in the same order every time, best first, with the lines that matter', async () => {
    await index(sage, 'elder', ownLibraries())
    const hits = await search('elder', 'graceful drain on shutdown', 20)
    expect(await search('elder', 'graceful drain on shutdown', 20)).toEqual(hits)
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((a, b) => b - a))
    expect(hits[0]?.preview).toMatch(/drain/i)
    expect(hits.length).toBeGreaterThan(3)
  })

  it('asks only for what changed, replaces it, and forgets what is gone', async () => {
    const before = [file('src/billing.ts', 'export function chargeCustomer() {}\n'), file('src/mail.ts', 'export function sendInvoice() {}\n'), file('README.md', '# Shop\n')]
    expect((await post('shop', before)).missing).toEqual(['README.md', 'src/billing.ts', 'src/mail.ts'])
    expect(await put('shop', before)).toMatchObject({ added: 3, changed: 0, chunks: 3, skipped: [], totalFiles: 3, totalChunks: 3 })

    const after = [file('src/billing.ts', 'export function chargeCustomer() {}\nexport function refundCustomer() {}\n'), file('README.md', '# Shop\n')]
    expect(await post('shop', after)).toMatchObject({ missing: ['src/billing.ts'], removed: 1, unchanged: 1 })
    expect(await search('shop', 'sendInvoice')).toEqual([])
    // Until the new text arrives the old one is found.
    expect(await search('shop', 'chargeCustomer')).toHaveLength(1)
    expect(await put('shop', after.slice(0, 1))).toMatchObject({ added: 0, changed: 1, totalFiles: 2, totalChunks: 2 })
    expect(await search('shop', 'refundCustomer')).toMatchObject([{ path: 'src/billing.ts', startLine: 1, endLine: 2 }])
    expect(await post('shop', after)).toMatchObject({ missing: [], removed: 0, unchanged: 2, totalFiles: 2, totalChunks: 2 })
  })

  it('takes a repeated upload as done', async () => {
    const files = [file('a.ts', 'export const repeated = 1\n')]
    await index(sage, 'again', files)
    expect(await put('again', files)).toMatchObject({ added: 0, changed: 0, chunks: 0, skipped: [], totalFiles: 1, totalChunks: 1 })
    expect(await search('again', 'repeated')).toHaveLength(1)
  })

  it('takes only what the manifest named, with exactly that content', async () => {
    await post('strict', [file('a.ts', 'one\n')])
    const { skipped, added } = await put('strict', [file('a.ts', 'two\n'), file('b.ts', 'three\n')])
    expect(added).toBe(0)
    expect(skipped).toMatchObject([
      { path: 'a.ts', reason: expect.stringContaining('the current manifest says') },
      { path: 'b.ts', reason: expect.stringContaining('not in the current manifest') },
    ])
  })

  it('skips binaries, large files and files with secrets, says why, and does not ask for them again', async () => {
    const secret = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const token = `ghp_${randomBytes(18).toString('hex')}`
    const elderKey = `elder_a1B2c3D4_${'x'.repeat(43)}`
    const files: SourceFile[] = [
      { path: 'logo.png', content: Buffer.from([0x89, 0x50, 0, 0]) },
      { path: 'latin.txt', content: Buffer.from([0x63, 0x61, 0x66, 0xe9]) },
      { path: 'big.sql', content: 'x'.repeat(1024 * 1024 + 1) },
      { path: 'deploy.ts', content: `export const banana = 1\nconst key = \`${secret}\`\n` },
      { path: 'ci.yml', content: `steps:\n  - run: deploy\n    token: ${token}\n` },
      { path: 'notes.md', content: `line\nuse ${elderKey} for now\n` },
      { path: '.env', content: 'BANANA=1\n' },
      { path: '.env.example', content: 'BANANA=\n' },
    ]
    const [answer] = await index(sage, 'skips', files)
    expect(answer).toMatchObject({ added: 1, totalFiles: 1 })
    const reasons = Object.fromEntries((answer?.skipped ?? []).map(({ path, reason }) => [path, reason]))
    expect(reasons).toEqual({
      'logo.png': expect.stringContaining('binary'),
      'latin.txt': 'not UTF-8 text',
      'big.sql': expect.stringContaining('larger than 1 MB'),
      'deploy.ts': 'contains a secret (private key, line 2)',
      'ci.yml': 'contains a secret (github, line 3)',
      'notes.md': 'contains a secret (elder key, line 2)',
      '.env': expect.stringContaining('secrets'),
    })
    expect(JSON.stringify(reasons)).not.toContain(elderKey)
    const again = await post('skips', files)
    expect(again).toMatchObject({ missing: [], unchanged: 1 })
    expect(again.skipped.map(({ path }) => path).sort()).toEqual(Object.keys(reasons).sort())
    expect((await search('skips', 'banana')).map(({ path }) => path)).toEqual(['.env.example'])
  })

  it('forgets the old text of a file that now has a secret, and takes it back once it has none', async () => {
    const clean = [file('a.ts', 'export const walrus = 1\n')]
    await index(sage, 'leak', clean)
    await index(sage, 'leak', [file('a.ts', `export const walrus = 'elder_a1B2c3D4_${'y'.repeat(43)}'\n`)])
    expect(await search('leak', 'walrus')).toEqual([])
    await index(sage, 'leak', clean)
    expect(await search('leak', 'walrus')).toHaveLength(1)
  })

  it('announces a repository when its last file arrives and when files are only removed', async () => {
    const files = [file('a.ts', 'export const a = 1\n'), file('b.ts', 'export const b = 1\n')]
    await post('told', files)
    await put('told', files.slice(0, 1))
    await put('told', files.slice(1))
    const ofTold = (event: Record<string, unknown>) => event.repository === 'told'
    expect(await sage.published('elder.sage.repository_indexed.v1', ofTold, 1)).toMatchObject([{ files: 2, chunks: 2 }])
    await post('told', files)
    await post('told', files.slice(1))
    expect(await sage.published('elder.sage.repository_indexed.v1', ofTold, 2)).toMatchObject([{ files: 2 }, { files: 1, chunks: 1 }])
  })

  it('searches one repository or all of them', async () => {
    await index(sage, 'north', [file('n.ts', 'export const pelican = "north"\n')])
    await index(sage, 'south', [file('s.ts', 'export const pelican = "south"\n')])
    expect((await search('north', 'pelican')).map(({ repository }) => repository)).toEqual(['north'])
    expect((await search('', 'pelican')).map(({ repository }) => repository)).toEqual(['north', 'south'])
  })

  it('keeps concurrent manifests of one repository whole', async () => {
    const lists = Array.from({ length: 6 }, (_, n) => Array.from({ length: 200 }, (_, m) => file(`${n}/${m}.ts`, `${n} ${m}\n`)))
    const answers = await Promise.all(lists.map((files) => post('contended', files)))
    for (const { missing } of answers) expect(missing).toHaveLength(200)
    const [row] = await sage.sql(`select count(*)::int as files, count(distinct split_part(path, '/', 1))::int as lists from files f join repositories r on r.id = f.repository_id where r.name = 'contended'`)
    expect(row).toEqual({ files: 200, lists: 1 })
  })

  it('takes a manifest of 50,000 files, and the same again', async () => {
    const files = Array.from({ length: 50_000 }, (_, n) => ({ path: `packages/module-${n % 500}/src/some/deeper/folder/file-number-${n}.ts`, sha256: n.toString(16).padStart(64, '0') }))
    const first = await sage.repositories.postManifest({ repository: 'huge', files }, developer())
    expect(first.missing).toHaveLength(50_000)
    const second = await sage.repositories.postManifest({ repository: 'huge', files: files.slice(25_000) }, developer())
    expect([second.removed, second.missing.length]).toEqual([25_000, 25_000])
  })

  it('finds the rare among thousands of common, and counts the common words too', async () => {
    const files = Array.from({ length: 2_500 }, (_, n) => file(`src/part${n}.ts`, `export const walrus${n} = 'walrus carpenter'\n${n % 500 === 7 ? '// an oyster beside the carpenter\n' : ''}`))
    await index(sage, 'crowd', [...files, file('src/lonely.ts', '// an oyster\n'), file('lib/walrus-carpenter.ts', 'export const both = "walrus carpenter oyster"\n')])
    const [common] = await sage.sql(`select round(share::numeric, 1) as share from common_words w join repositories r on r.id = w.repository_id where r.name = 'crowd' and w.word = 'walrus'`)
    expect(common).toMatchObject({ share: '1.0' })
    const hits = await search('crowd', 'does the walrus or the carpenter eat the oyster?', 10)
    expect(hits[0]?.path).toBe('lib/walrus-carpenter.ts')
    expect(hits.slice(1, 7).map(({ path }) => path).sort()).toEqual(['src/lonely.ts', 'src/part1007.ts', 'src/part1507.ts', 'src/part2007.ts', 'src/part507.ts', 'src/part7.ts'])
    expect(await search('crowd', 'walrus', 10)).toHaveLength(10)
  })

  it('takes files of 4 MiB in one call', async () => {
    const files = Array.from({ length: 4 }, (_, n) => file(`part${n}.txt`, 'walrus and carpenter\n'.repeat(49_932)))
    expect(Buffer.concat(files.map(({ content }) => Buffer.from(content))).byteLength).toBeGreaterThan(4_100_000)
    await post('large', files)
    expect(await put('large', files)).toMatchObject({ added: 4, skipped: [] })
    await expect(put('large', [...files, file('more.txt', 'x'.repeat(20_000))])).rejects.toMatchObject({ code: 'invalid_argument', field: 'files' })
  })

  it('says of an unknown repository how to index it', async () => {
    await expect(search('nowhere', 'anything')).rejects.toMatchObject({ code: 'not_found', reason: 'REPOSITORY_NOT_INDEXED', message: 'repository "nowhere" is not indexed; run "elder index" in it' })
    await expect(put('nowhere', [file('a.ts', 'x')])).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each([
    ['/etc/passwd', 'is absolute'],
    ['C:/windows', 'is absolute'],
    ['../outside.ts', 'leads out'],
    ['src/../../x.ts', 'leads out'],
    ['src\\win.ts', 'backslash'],
    ['src//x.ts', 'empty step'],
    ['', 'is empty'],
    ['nul\0.ts', 'NUL'],
    ['x'.repeat(1_025), 'longer than 1024 bytes'],
  ])('refuses the path %j', async (path, words) => {
    const fault = { code: 'invalid_argument', field: 'files[1].path', message: expect.stringContaining(words) }
    await expect(post('paths', [file('fine.ts', ''), file(path, '')])).rejects.toMatchObject(fault)
    await expect(put('paths', [file('fine.ts', ''), file(path, '')])).rejects.toMatchObject(fault)
  })

  it('refuses repeated paths, odd hashes, too many files, nameless repositories and odd searches', async () => {
    await expect(post('bad', [file('a.ts', ''), file('a.ts', '')])).rejects.toMatchObject({ field: 'files[1].path', message: expect.stringContaining('twice') })
    await expect(sage.repositories.postManifest({ repository: 'bad', files: [{ path: 'a.ts', sha256: 'ABC' }] }, developer())).rejects.toMatchObject({ field: 'files[0].sha256' })
    const many = Array.from({ length: 50_001 }, (_, n) => ({ path: `${n}`, sha256: '0'.repeat(64) }))
    await expect(sage.repositories.postManifest({ repository: 'bad', files: many }, developer())).rejects.toMatchObject({ field: 'files', message: expect.stringContaining('at most 50000') })
    await expect(post('', [])).rejects.toMatchObject({ field: 'repository' })
    await expect(search('', ' ')).rejects.toMatchObject({ field: 'query' })
    await expect(search('', 'x', 51)).rejects.toMatchObject({ field: 'limit', message: expect.stringContaining('at most 50') })
  })

  it('lets services read and not write', async () => {
    const service = as(Role.ROLE_SERVICE, 'edge-proxy')
    await expect(sage.repositories.postManifest({ repository: 'x', files: [] }, service)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(sage.repositories.putFiles({ repository: 'x', files: [] }, service)).rejects.toMatchObject({ code: 'permission_denied' })
    await index(sage, 'readable', [file('a.ts', 'export const heron = 1\n')])
    expect((await sage.repositories.search({ repository: 'readable', query: 'heron', limit: 0 }, service)).hits).toHaveLength(1)
  })
})
