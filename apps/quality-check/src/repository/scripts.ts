import { execFile } from 'node:child_process'
import * as z from 'zod'
import { unlessItFails } from './analysers.ts'
import type { OpenRepositoryAnalyser } from './repository-analyser.ts'
import { isVendored } from './path-class.ts'
import { StageFailure, type PlacedDiagnostic } from './placed-diagnostic.ts'
import { makePrivateTree } from './private-tree.ts'

const output = z.object({
  comments: z.array(z.object({ file: z.string(), line: z.int(), endLine: z.int(), column: z.int(), endColumn: z.int(), code: z.int(), message: z.string() })),
})
const filesAtOnce = 100
const mostOutput = 64 * 1_048_576
// shellcheck's exit code when it has findings.
const foundSomething = 1
// Sourced files are not found, because all files have generated names here.
const unfollowed = 'SC1090,SC1091'

/** Runs shellcheck on shell scripts, if it is installed. Configuration files of the repository are not read. */
export function shellScriptAnalyser(program: string, timeLimitMs: number): OpenRepositoryAnalyser {
  return async () => {
    const tree = await makePrivateTree('{}')
    const names: string[] = []
    return {
      stage: 'scripts',
      async add({ path, source }) {
        if (source.kind === 'text' && source.language === 'shell' && source.refusal === '' && !isVendored(path)) names.push(await tree.add(path, source.extension, source.text))
      },
      finish: (signal) => unlessItFails(async () => ({ diagnostics: await check(signal) }), (reason) => ({ maintainability: `shell scripts were not analysed: ${reason}` })),
      close: () => tree.remove(),
    }

    async function check(signal: AbortSignal): Promise<PlacedDiagnostic[]> {
      const diagnostics: PlacedDiagnostic[] = []
      for (let first = 0; first < names.length; first += filesAtOnce) {
        const answer = await ask(names.slice(first, first + filesAtOnce), signal)
        if (answer === undefined) return []
        for (const { file, code, message, line, endLine, column, endColumn } of read(answer)) {
          const path = tree.pathOf(file)
          if (path !== undefined) diagnostics.push({ path, engine: 'shellcheck', rule: `SC${code}`, line, column, endLine, endColumn: Math.max(endColumn, column), message, fix: '' })
        }
      }
      return diagnostics
    }

    /** Returns undefined when it is not installed. */
    function ask(files: readonly string[], signal: AbortSignal): Promise<string | undefined> {
      return new Promise((resolve, reject) => {
        const options = { cwd: tree.folder, signal, timeout: timeLimitMs, maxBuffer: mostOutput }
        execFile(program, ['--norc', '--format=json1', '--severity=style', `--exclude=${unfollowed}`, '--', ...files], options, (error, printed) => {
          if (signal.aborted) reject(signal.reason as Error)
          else if (error === null || error.code === foundSomething) resolve(printed)
          else if (error.code === 'ENOENT') resolve(undefined)
          else reject(new StageFailure(error.killed === true ? `shellcheck gave up after ${timeLimitMs} ms` : 'shellcheck failed'))
        })
      })
    }
  }
}

function read(printed: string): z.infer<typeof output>['comments'] {
  try {
    return output.parse(JSON.parse(printed)).comments
  } catch {
    throw new StageFailure('shellcheck answered what cannot be read')
  }
}
