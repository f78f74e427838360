import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { elder, startTestEdge, type Answer, type Asked, type Ended } from './elder.ts'

export interface Posted {
  readonly repository: string
  readonly mode: string
  readonly policy?: string
  readonly diff?: string
  readonly files: readonly { path: string; content: string; encoding?: string; sizeBytes?: number; changedLines?: { first: number; last: number }[] }[]
  readonly surroundings?: { files: { path: string; content: string }[]; paths: string[] }
  readonly coverageReports?: readonly { path: string; content: string; modifiedAt: string }[]
}

export interface Rig {
  readonly root: string
  readonly door: Awaited<ReturnType<typeof startTestEdge>>
  /** Findings that the platform has in every file it is sent. */
  findings: object[]
  suppressed: object[]
  /** Findings that are said as they are. */
  more: object[]
  verdict: string
  git(...args: string[]): string
  write(path: string, content: string | Buffer, mode?: number): void
  commit(message?: string): void
  check(...args: string[]): Promise<Ended>
  posted(): Posted[]
  /** Of the last request: each path with the lines that count, or "all". */
  judged(): Record<string, string>
  dispose(): void
}

/** A git repository and an edge that says what the test wants. */
export async function startRepository(answer?: (asked: Asked) => Answer | undefined): Promise<Rig> {
  const root = mkdtempSync(join(tmpdir(), 'elder check-'))
  const rig = { findings: [] as object[], suppressed: [] as object[], more: [] as object[], verdict: 'pass' }
  const door = await startTestEdge((asked) => {
    const own = answer?.(asked)
    if (own) return own
    if (asked.url === '/v1/rules') return { body: { items: [], nextCursor: null } }
    const { files } = asked.body as Posted
    const score = rig.verdict === 'fail' ? 30 : 100
    return {
      body: {
        version: 1,
        verdict: rig.verdict,
        mode: (asked.body as Posted).mode,
        policyHash: 'p',
        criteria: [{ name: 'security', score, threshold: 90, verdict: rig.verdict, evidence: [] }],
        files: files.map(({ path }) => ({ path, cached: false, status: 'checked', existingFindings: 2, suppressedFindings: 1, ...(rig.suppressed.length > 0 && { suppressed: rig.suppressed.map((each) => ({ ...each, file: path })) }) })),
        findings: [...files.flatMap(({ path }) => rig.findings.map((finding) => ({ ...finding, file: path }))), ...rig.more],
      },
    }
  })
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: root, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: root } })
  git('init', '-q', '-b', 'main')
  const posted = () => door.asked.filter(({ url }) => url === '/v1/checks').map(({ body }) => body as Posted)
  return Object.assign(rig, {
    root,
    door,
    git,
    write(path: string, content: string | Buffer, mode?: number) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
      if (mode !== undefined) chmodSync(join(root, path), mode)
    },
    commit(message = 'change') {
      git('add', '-A')
      git('commit', '-qm', message)
    },
    check: (...args: string[]) => elder(['check', ...args], { cwd: root, env: { HOME: root, ...door.env } }),
    posted,
    judged: () => Object.fromEntries((posted().at(-1)?.files ?? []).map(({ path, changedLines }) => [path, changedLines?.map(({ first, last }) => `${first}-${last}`).join(' ') ?? 'all'])),
    dispose() {
      door.close()
      rmSync(root, { recursive: true })
    },
  })
}

export const finding = { line: 3, column: 7, endLine: 3, endColumn: 11, rule: 'ruff/S307', engine: 'ruff', category: 'security', severity: 'error', message: 'use of\n eval', blocks: false }
