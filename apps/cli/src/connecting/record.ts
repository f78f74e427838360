import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMissing, makePrivateFolder, writePrivately } from '@elder/backing'
import { CommandError, type Env } from '../command.ts'
import { isObject, type Addition } from './addition.ts'
import type { FormatName } from './merge.ts'
import { folderIn } from './setup.ts'

/** One insertion into a file. */
export interface Put {
  /** SHA-256 of the written content. */
  readonly written: string
  readonly inserted: readonly string[]
  readonly additions: readonly Addition[]
}

/** The state of a file before a tool was connected, and the insertions, which suffice to remove exactly those. */
export interface FileRecord extends Put {
  readonly file: string
  readonly format: FormatName
  /** base64; null: the file did not exist. */
  readonly before: string | null
  readonly mode: number
  /** Folders that were created for it, the outermost first. */
  readonly folders: readonly string[]
  /** The content of the file before the latest insertion, in case that one was never completed. */
  readonly earlier?: Put
}

export interface Connection {
  readonly at: string
  /** The repository that it belongs to; null for the user. */
  readonly repository: string | null
  readonly files: readonly FileRecord[]
}

export type Connections = Readonly<Record<string, Connection>>

/** Stored for the user and not in a checkout, so that a tool can be disconnected after the checkout is gone. */
export function recordPlace(home: string, env: Env): string {
  return join(folderIn(env, 'XDG_STATE_HOME', join(home, '.local/state')), 'elder/connections.json')
}

const fix = 'it remembers how to disconnect tools: repair it, or move it away and undo by hand'

/** The connections, by tool and location. */
export function readConnections(file: string): Connections {
  try {
    const record: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isObject(record) && isObject(record.connections)) return record.connections as Connections
  } catch (error) {
    if (isMissing(error)) return {}
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`, { fix })
  }
  throw new CommandError(`${file} cannot be read: it holds no connections`, { fix })
}

/** The stored files may contain keys of the user, so only the owner may read this. */
export function writeConnections(file: string, connections: Connections): void {
  makePrivateFolder(dirname(file))
  writePrivately(file, `${JSON.stringify({ version: 1, connections })}\n`)
}
