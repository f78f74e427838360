import { execFile } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/** Where a machine keeps its programs when the caller does not hand on a PATH. */
export const standardSearchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin'

export interface CommandOptions {
  /** On top of a bare environment. */
  env?: Record<string, string>
  /** Hands on our own environment instead, for programs that must know of proxies. */
  inherit?: boolean
  cwd?: string
  uid?: number
  gid?: number
  timeoutMs?: number
}

/** What a command printed. Rejects with what it said on stderr. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { env, inherit = false, cwd, uid, gid, timeoutMs = 120_000 } = options
  const [file, fileArgs] = inherit ? ['/usr/bin/env', ['LC_ALL=C', command, ...args]] : [command, [...args]]
  return new Promise((resolve, reject) => {
    execFile(
      file,
      fileArgs,
      {
        ...(!inherit && { env: { PATH: standardSearchPath, LC_ALL: 'C', ...env } }),
        timeout: timeoutMs,
        maxBuffer: 16 * 1024 * 1024,
        ...(cwd !== undefined && { cwd }),
        ...(uid !== undefined && { uid }),
        ...(gid !== undefined && { gid }),
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else reject(new Error(`${command} ${args[0] ?? ''} failed: ${stderr.trim() || error.message}`, { cause: error }))
      },
    )
  })
}

/** The first executable file of that name on the search path. */
export function findOnPath(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(':')
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
