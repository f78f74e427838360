import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { CommandError, usageError, type Context } from './command.ts'
import type { Edge } from './edge.ts'
import { describeFileError } from './source-file.ts'

/** One version of a live setting of the platform. */
export interface Setting {
  readonly name: string
  readonly version: number
  readonly value: unknown
  readonly changedAt?: string
  readonly changedBy?: string
}

export const settingPath = (name: string) => `/v1/settings/${encodeURIComponent(name)}`

/** The current setting; undefined if it was never set. */
export async function currentSetting(edge: Edge, name: string): Promise<Setting | undefined> {
  const setting = await edge.request<Setting & { reason?: string; detail?: string }>('GET', settingPath(name), { alsoAnswer: 404 })
  if (setting.version !== undefined) return setting
  if (setting.reason === 'SETTING_UNSET') return undefined
  throw new CommandError(`${setting.detail ?? `there is no setting ${name}`} [404]`)
}

/** Whether it has a value: null unsets a setting. */
export const isSet = (setting: Setting | undefined): setting is Setting => setting !== undefined && setting.value !== null

/** Replaces the current version. Refused by the platform if that is not `baseVersion`, when given. */
export async function putSetting(edge: Edge, name: string, value: unknown, baseVersion: number | undefined): Promise<Setting> {
  const base = baseVersion ?? (await currentSetting(edge, name))?.version ?? 0
  return edge.request<Setting>('PUT', settingPath(name), { body: { value, baseVersion: base } })
}

/** JSON from a file; - is standard input. */
export async function readJsonFile(file: string, { cwd, terminal }: Context): Promise<unknown> {
  const content = file === '-' ? await text(terminal.streams.stdin) : readText(resolve(cwd, file), file)
  try {
    return JSON.parse(content) as unknown
  } catch (error) {
    throw usageError(`${file === '-' ? 'standard input' : file} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function readText(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw usageError(`${shown} ${describeFileError(error)}`)
  }
}
