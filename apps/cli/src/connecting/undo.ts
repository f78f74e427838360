import { Unmergeable } from './addition.ts'
import { hideKey, nameOf, type FileOutcome } from './connection.ts'
import { putBack, readStanding, removeEmpty } from './files.ts'
import { withLock } from './lock.ts'
import { readConnections, writeConnections, type Connection, type FileRecord } from './record.ts'
import { withoutInserted } from './removal.ts'
import type { Tool } from './setup.ts'

/** Removes the additions: restores the file byte for byte if nobody has changed it since, else removes only them. Undefined when there were none. */
export function disconnect(tool: Tool, repository: string | undefined, recordFile: string, dryRun: boolean): FileOutcome[] | undefined {
  const name = nameOf(tool, repository)
  if (!readConnections(recordFile)[name]) return undefined
  return withLock(recordFile, () => {
    const connections = readConnections(recordFile)
    const connection: Connection | undefined = connections[name]
    if (!connection) return undefined
    const outcomes = connection.files.map((record) => undo(record, dryRun))
    const stuck = connection.files.filter((_, index) => outcomes[index]?.state === 'left alone')
    if (!dryRun) {
      const { [name]: _gone, ...others } = connections
      writeConnections(recordFile, stuck.length === 0 ? others : { ...others, [name]: { ...connection, files: stuck } })
    }
    return outcomes
  })
}

function undo(record: FileRecord, dryRun: boolean): FileOutcome {
  const { file, folders } = record
  try {
    const now = readStanding(file)
    const before = withoutInserted(record, now)
    if (!before) return { file, state: 'left alone', diff: '', kept: [], reason: 'it was changed since in the lines that were added; take out by hand', byHand: hideKey(record.inserted.join('\n').trim()) }
    if (!now.exists || (before.exists && before.bytes.equals(now.bytes) && before.mode === now.mode)) {
      if (!dryRun && !now.exists) removeEmpty(folders)
      return { file, state: 'unchanged', diff: '', kept: [] }
    }
    if (!dryRun) putBack(file, folders, before)
    return { file, state: before.exists ? 'restored' : 'removed', diff: '', kept: [] }
  } catch (error) {
    if (!(error instanceof Unmergeable)) throw error
    return { file, state: 'left alone', diff: '', kept: [], reason: error.message }
  }
}
