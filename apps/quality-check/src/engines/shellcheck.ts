import { execFile } from 'node:child_process'
import { isAbsolute } from 'node:path'
import * as z from 'zod'
import type { Diagnostic } from '../finding.ts'
import { EngineFailure } from './engine-failure.ts'

/** Absent: the program is not installed, and nothing is said of the files. */
export type ShellcheckAnswer = { readonly kind: 'absent' } | { readonly kind: 'checked'; readonly byFile: ReadonlyMap<string, readonly Diagnostic[]> }

const output = z.object({
  comments: z.array(z.object({ file: z.string(), line: z.int(), endLine: z.int(), column: z.int(), endColumn: z.int(), code: z.int(), message: z.string() })),
})
const filesAtOnce = 100
const timeLimitMs = 30_000
const mostOutput = 64 * 1_048_576
// It ends with 1 when it found something.
const foundSomething = 1

/**
 * Has shellcheck look at scripts, by their absolute paths, without any settings of the repository. Rejects with the signal's reason, and with
 * EngineFailure when it takes too long or cannot be understood.
 */
export async function runShellcheck(files: readonly string[], signal: AbortSignal, program = 'shellcheck'): Promise<ShellcheckAnswer> {
  const relative = files.find((file) => !isAbsolute(file))
  if (relative !== undefined) throw new Error(`${relative} is not an absolute path`)
  const byFile = new Map<string, Diagnostic[]>(files.map((file) => [file, []]))
  for (let first = 0; first < files.length; first += filesAtOnce) {
    const answer = await ask(program, files.slice(first, first + filesAtOnce), signal)
    if (answer === undefined) return { kind: 'absent' }
    for (const { file, code, message, line, endLine, column, endColumn } of read(answer)) {
      byFile.get(file)?.push({ engine: 'shellcheck', rule: `SC${code}`, line, column, endLine, endColumn: Math.max(endColumn, column), message, fix: '' })
    }
  }
  return { kind: 'checked', byFile }
}

function ask(program: string, files: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const options = { signal, timeout: timeLimitMs, maxBuffer: mostOutput }
    execFile(program, ['--norc', '--format=json1', '--severity=style', '--', ...files], options, (error, printed) => {
      if (signal.aborted) reject(signal.reason as Error)
      else if (error === null || error.code === foundSomething) resolve(printed)
      else if (error.code === 'ENOENT') resolve(undefined)
      else reject(new EngineFailure(error.killed === true ? `shellcheck gave up after ${timeLimitMs} ms` : 'shellcheck failed'))
    })
  })
}

function read(printed: string): z.infer<typeof output>['comments'] {
  try {
    return output.parse(JSON.parse(printed)).comments
  } catch {
    throw new EngineFailure('shellcheck answered what cannot be read')
  }
}
