/**
 * Asks the gate about old versions of packages whose flaws were published, at the place of the flaw, and about the versions that mended them.
 * usage: node tools/bench/quality/published-flaws.ts DIR     (packages are kept in DIR; npm and pip fetch what is missing)
 */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../../apps/quality-check/src/finding.ts'
import { openGate, type Gate } from './score/gate.ts'

interface Flaw {
  readonly registry: 'npm' | 'pypi'
  readonly package: string
  readonly flawed: string
  readonly mended?: string
  readonly kind: string
  readonly file: string
  /** What the lines of the place hold, in either version. */
  readonly lines: readonly string[]
}

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: node tools/bench/quality/published-flaws.ts DIR')
  process.exit(2)
}
const flaws = JSON.parse(readFileSync(join(import.meta.dirname, 'examples/published-flaws.json'), 'utf8')) as Flaw[]
const gate = openGate(({ category, cwe }) => category === 'security' || cwe === 'CWE-1333')
const counts = { flawed: 0, spoken: 0, blocked: 0, mended: 0, silent: 0, stillBlocked: 0 }
try {
  for (const flaw of flaws) {
    const before = await findingsAt(gate, flaw, fetched(flaw, flaw.flawed, folder))
    const after = flaw.mended === undefined ? undefined : await findingsAt(gate, flaw, fetched(flaw, flaw.mended, folder))
    if (before !== undefined) add({ flawed: 1, spoken: Number(before.length > 0), blocked: Number(before.some(blocks)) })
    if (after !== undefined) add({ mended: 1, silent: Number(after.length === 0), stillBlocked: Number(after.some(blocks)) })
    console.log(`${flaw.kind.padEnd(12)} ${`${flaw.package} ${flaw.flawed}`.padEnd(30)} ${told(before).padEnd(50)} ${flaw.mended ?? ''} ${told(after)}`)
  }
  console.log(counts)
} finally {
  await gate.close()
}

function add(more: Partial<typeof counts>): void {
  for (const [name, count] of Object.entries(more)) counts[name as keyof typeof counts] += count
}

/** As the default policy has it: an error, or a band of severity below the threshold. */
function blocks({ category, severity, securitySeverity }: Finding): boolean {
  return severity === 'error' || (category === 'security' && (securitySeverity ?? 0) >= 4)
}

function told(findings: readonly Finding[] | undefined): string {
  if (findings === undefined) return 'not there'
  return findings.map((finding) => `${finding.rule}:${finding.line}${blocks(finding) ? '!' : ''}`).join(' ') || '-'
}

/** Findings of the place; undefined where the version has no such file. */
async function findingsAt(from: Gate, { file, lines }: Flaw, root: string): Promise<readonly Finding[] | undefined> {
  const [path] = existsSync(join(root, file)) ? [join(root, file)] : globSync(`**/${file}`, { cwd: root }).map((name) => join(root, name))
  if (path === undefined) return undefined
  const places = readFileSync(path, 'utf8').split('\n').flatMap((text, index) => (lines.some((part) => text.includes(part)) ? [index + 1] : []))
  const findings = await from.findingsOf(path)
  return findings.filter(({ line, endLine }) => places.some((place) => line <= place && place <= endLine))
}

/** Where the version lies, unpacked. */
function fetched({ registry, package: name }: Flaw, version: string, into: string): string {
  const root = join(into, registry, `${name}@${version}`)
  if (existsSync(root)) return root
  mkdirSync(root, { recursive: true })
  try {
    if (registry === 'npm') execFileSync('npm', ['pack', '--silent', '--ignore-scripts', `${name}@${version}`], { cwd: root, stdio: 'ignore' })
    else execFileSync('pip', ['download', '--quiet', '--no-deps', `${name}==${version}`, '-d', '.'], { cwd: root, stdio: 'ignore' })
    for (const archive of globSync('*.{tgz,tar.gz,whl,zip}', { cwd: root })) unpack(archive, root)
  } catch (error) {
    console.error(`${name} ${version} cannot be had: ${error instanceof Error ? error.message : String(error)}`)
    // An empty folder would be taken for the package next time.
    rmSync(root, { recursive: true })
  }
  return root
}

function unpack(archive: string, root: string): void {
  const isTar = /\.(?:tgz|tar\.gz)$/.test(archive)
  execFileSync(isTar ? 'tar' : 'unzip', isTar ? ['xzf', archive] : ['-qo', archive], { cwd: root, stdio: 'ignore' })
}
