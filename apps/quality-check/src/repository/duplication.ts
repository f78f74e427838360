import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import type { FileClass } from '../source-file.ts'
import { runChild } from './child-process.ts'
import { isGenerated, isVendored } from './path-class.ts'
import { StageFailure, type PlacedDiagnostic } from './placed-diagnostic.ts'
import { makePrivateTree, type PrivateTree } from './private-tree.ts'

/** A file that is compared with the others. */
export interface ComparedFile {
  readonly path: string
  readonly extension: string
  readonly fileClass: FileClass
  readonly text: string
}

export interface DuplicationOptions {
  /** The path of the program; undefined when it is not installed. */
  readonly binary: string | undefined
  readonly timeLimitMs: number
}

/** Finds blocks of code that several files share. Files may be added as they are read; all temporary files are deleted on close. */
export interface DuplicationSearch {
  add(file: ComparedFile): Promise<void>
  /** `touches` tells whether a range is judged: of two equal blocks, the one in new code is reported. */
  find(touches: (path: string, first: number, last: number) => boolean, signal: AbortSignal): Promise<PlacedDiagnostic[]>
  close(): Promise<void>
}

// SonarQube's definition of a duplicated block.
const fewestTokens = 100
const fewestLines = 10
const maxReportBytes = 128 * 1_048_576
const maxOutputBytes = 1_048_576
const minutesOfBlock = 10
const minutesOfExtraCopy = 5
const namedPlaces = 3

// Sets every option that the program would otherwise read from the repository or choose itself.
const settings = JSON.stringify({ gitignore: false, reporters: ['json'], silent: true })

/** The native program for this platform, if it is installed. Its JavaScript launcher would only add a process that waits. */
export function installedJscpd(): string | undefined {
  const require = createRequire(import.meta.url)
  for (const libc of ['gnu', 'musl', '']) {
    try {
      return join(dirname(require.resolve(`jscpd-${[process.platform, process.arch, libc].filter((part) => part !== '').join('-')}/package.json`)), 'bin', 'jscpd')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error
    }
  }
  return undefined
}

export async function openDuplicationSearch({ binary, timeLimitMs }: DuplicationOptions): Promise<DuplicationSearch> {
  const tree = await makePrivateTree(settings)
  let added = 0
  return {
    async add({ path, extension, fileClass, text }) {
      if (fileClass === 'test' || fileClass === 'stub' || isVendored(path) || isGenerated(path, text)) return
      added++
      await tree.add(path, extension, text)
    },
    async find(touches, signal) {
      if (added < 2) return []
      if (binary === undefined) throw new StageFailure('jscpd is not installed for this platform')
      return describe(await search(tree, binary, timeLimitMs, signal), touches)
    },
    close: () => tree.remove(),
  }
}

const fragment = z.object({ name: z.string(), start: z.number(), end: z.number() })
const report = z.object({ duplicates: z.array(z.object({ firstFile: fragment, secondFile: fragment, lines: z.number() })) })

interface Place {
  readonly path: string
  readonly first: number
  readonly last: number
}

async function search(tree: PrivateTree, binary: string, timeLimitMs: number, signal: AbortSignal): Promise<[Place, Place][]> {
  const output = join(tree.root, 'report')
  const args = [tree.folder, '--config', join(tree.root, 'config.json'), '--reporters', 'json', '--output', output, '--no-gitignore', '--no-colors', '--silent', '--no-tips', '--min-tokens', String(fewestTokens), '--min-lines', String(fewestLines), '--max-size', '1mb', '--workers', '2']
  const { exitCode } = await runChild({ name: 'jscpd', command: binary, args, cwd: tree.root, timeLimitMs, maxOutputBytes }, signal)
  if (exitCode !== 0) throw new StageFailure(`jscpd ended with exit code ${exitCode}`)
  const file = join(output, 'jscpd-report.json')
  const { size } = await stat(file)
  if (size > maxReportBytes) throw new StageFailure(`jscpd found more than can be told: ${size} bytes`)
  const { duplicates } = report.parse(JSON.parse(await readFile(file, 'utf8')))
  const placeOf = ({ name, start, end }: z.infer<typeof fragment>): Place => ({ path: tree.pathOf(name) ?? '', first: start, last: end })
  return duplicates.map(({ firstFile, secondFile }): [Place, Place] => [placeOf(firstFile), placeOf(secondFile)]).filter(([a, b]) => a.path !== b.path && a.path !== '' && b.path !== '')
}

/** Makes one diagnostic for each group of equal blocks, however many pairs it consists of. */
function describe(pairs: readonly [Place, Place][], touches: (path: string, first: number, last: number) => boolean): PlacedDiagnostic[] {
  return groupsOf(pairs).flatMap((places) => {
    const main = places.find(({ path, first, last }) => touches(path, first, last)) ?? places.at(-1)
    if (main === undefined) return []
    const others = places.filter((place) => place !== main)
    const named = others.slice(0, namedPlaces).map(({ path, first, last }) => `${path}:${first}-${last}`)
    const more = others.length - named.length
    return [
      {
        path: main.path,
        engine: 'jscpd',
        rule: 'duplicated-block',
        line: main.first,
        column: 1,
        endLine: main.last,
        endColumn: 1,
        message: `${main.last - main.first + 1} lines are the same as ${named.join(', ')}${more > 0 ? ` and in ${more} more places` : ''}`,
        fix: 'Move the block into a function of its own and call it from each of these places.',
        minutes: minutesOfBlock + minutesOfExtraCopy * Math.max(0, others.length - 1),
      },
    ]
  })
}

const keyOf = ({ path, first, last }: Place) => `${path}\0${first}\0${last}`

function groupsOf(pairs: readonly [Place, Place][]): Place[][] {
  const groups = new Map<string, Map<string, Place>>()
  for (const pair of pairs) {
    const [a, b] = pair.map((place) => groups.get(keyOf(place)))
    const group = a ?? b ?? new Map<string, Place>()
    for (const place of [...pair, ...(a !== undefined && b !== undefined && a !== b ? b.values() : [])]) {
      group.set(keyOf(place), place)
      groups.set(keyOf(place), group)
    }
  }
  const order = (x: Place, y: Place) => (x.path < y.path ? -1 : x.path > y.path ? 1 : x.first - y.first)
  return [...new Set(groups.values())].map((group) => [...group.values()].sort(order)).sort(([x], [y]) => order(x as Place, y as Place))
}
