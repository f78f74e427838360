import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMissing, makePrivateFolder, writePrivately } from '@elder/backing'
import { CommandError, type Env } from '../command.ts'
import { isObject, type Addition } from './addition.ts'
import type { FormatName } from './merge.ts'
import { folderIn } from './setup.ts'

/** What was put into a file at one time. */
export interface Put {
  /** SHA-256 of what was written. */
  readonly written: string
  readonly inserted: readonly string[]
  readonly additions: readonly Addition[]
}

/** How a file was before a tool was connected, and what was put into it: enough to take exactly that out again. */
export interface FileRecord extends Put {
  readonly file: string
  readonly format: FormatName
  /** base64; null: there was no file. */
  readonly before: string | null
  readonly mode: number
  /** Folders that were made for it, the outermost first. */
  readonly folders: readonly string[]
  /** What the file holds as long as the newest was not written, should that never come to pass. */
  readonly earlier?: Put
}

export interface Connection {
  readonly at: string
  /** The repository it was made for; null: the user. */
  readonly repository: string | null
  readonly files: readonly FileRecord[]
}

export type Connections = Readonly<Record<string, Connection>>

/** A user's, not a checkout's: a tool can be disconnected when the checkout that connected it is gone. */
export function recordPlace(home: string, env: Env): string {
  return join(folderIn(env, 'XDG_STATE_HOME', join(home, '.local/state')), 'elder/connections.json')
}

const mend = 'it remembers how to disconnect tools: repair it, or move it away and undo by hand'

/** What was connected, by tool and place. */
export function readConnections(file: string): Connections {
  try {
    const record: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isObject(record) && isObject(record.connections)) return record.connections as Connections
  } catch (error) {
    if (isMissing(error)) return {}
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`, { mend })
  }
  throw new CommandError(`${file} cannot be read: it holds no connections`, { mend })
}

/** The files hold keys that users had there before: so only its owner reads this. */
export function writeConnections(file: string, connections: Connections): void {
  makePrivateFolder(dirname(file))
  writePrivately(file, `${JSON.stringify({ version: 1, connections })}\n`)
}
