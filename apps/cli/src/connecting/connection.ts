import { applySplices, type Splice } from '../checking/edits.ts'
import { unifiedDiff } from '../checking/unified-diff.ts'
import { Unmergeable, type Kept } from './addition.ts'
import { makeFolders, missingFolders, putBack, readStanding, replaceFile, sha256, textOf, withoutInserted, type Standing } from './files.ts'
import { merge } from './merge.ts'
import { readConnections, writeConnections, type Connection, type FileRecord } from './record.ts'
import type { FilePlan, Setup, Tool } from './setup.ts'

/** What connecting would do, or did, to one file. */
export interface FileOutcome {
  readonly file: string
  readonly state: 'created' | 'changed' | 'unchanged' | 'left alone' | 'restored' | 'removed'
  readonly diff: string
  readonly kept: readonly Kept[]
  /** Why it was left alone. */
  readonly reason?: string
}

interface Step {
  readonly outcome: FileOutcome
  readonly record?: FileRecord
  readonly bytes?: Buffer
  readonly secret: boolean
}

const nameOf = (tool: Tool, repository: string | undefined) => (repository === undefined ? tool.name : `${tool.name} in ${repository}`)

/**
 * Adds to a tool's files what they need. Connecting again replaces what was added before by what is needed now. Everything is worked out
 * before anything is written, and written down before it is done: so an end at any moment leaves something that can be undone.
 */
export function connect(tool: Tool, setup: Setup, recordFile: string, dryRun: boolean): FileOutcome[] {
  const connections = readConnections(recordFile)
  const name = nameOf(tool, setup.repository)
  const steps = tool.plan(setup).map((plan) => stepOf(plan, setup, connections[name]?.files.find(({ file }) => file === plan.file)))
  if (dryRun) return steps.map(({ outcome }) => outcome)
  const records = steps.flatMap(({ record }) => (record ? [record] : []))
  if (records.length > 0) writeConnections(recordFile, { ...connections, [name]: { at: new Date().toISOString(), repository: setup.repository ?? null, files: records } })
  for (const { record, bytes, outcome, secret } of steps) {
    if (!record || !bytes || outcome.state === 'unchanged') continue
    makeFolders(missingFolders(record.file), secret)
    replaceFile(record.file, bytes, secret ? 0o600 : readStanding(record.file).mode)
  }
  return steps.map(({ outcome }) => outcome)
}

function stepOf(plan: FilePlan, setup: Setup, earlier: FileRecord | undefined): Step {
  const { file, format, secret = false, additions } = plan
  try {
    const now = readStanding(file)
    const base = (earlier && withoutInserted(earlier, now)) ?? now
    const text = textOf(base)
    const { splices, kept } = merge(format, text, additions)
    const bytes = Buffer.from(applySplices(text, splices))
    const diff = hideKey(unifiedDiff(file, text, splices), setup.key)
    const state = bytes.equals(now.bytes) && now.exists ? 'unchanged' : now.exists ? 'changed' : 'created'
    if (splices.length === 0) return { outcome: { file, state: 'unchanged', diff: '', kept }, secret, ...(earlier && { record: earlier }) }
    return { outcome: { file, state, diff: state === 'unchanged' ? '' : diff, kept }, record: recordOf(plan, base, splices, bytes, earlier), bytes, secret }
  } catch (error) {
    if (!(error instanceof Unmergeable)) throw error
    return { outcome: { file, state: 'left alone', diff: '', kept: [], reason: error.message }, secret, ...(earlier && { record: earlier }) }
  }
}

function recordOf({ file, format }: FilePlan, base: Standing, splices: readonly Splice[], bytes: Buffer, earlier: FileRecord | undefined): FileRecord {
  return {
    file,
    format,
    before: base.exists ? base.bytes.toString('base64') : null,
    mode: earlier?.mode ?? base.mode,
    written: sha256(bytes),
    inserted: splices.map(({ text }) => text),
    folders: earlier?.folders ?? missingFolders(file),
  }
}

/** Takes out what was added: byte for byte as it was where nobody changed the file since, else only what was added. */
export function disconnect(tool: Tool, repository: string | undefined, recordFile: string, dryRun: boolean): FileOutcome[] | undefined {
  const connections = readConnections(recordFile)
  const name = nameOf(tool, repository)
  const connection: Connection | undefined = connections[name]
  if (!connection) return undefined
  const outcomes = connection.files.map((record) => undo(record, dryRun))
  const stuck = connection.files.filter((_, index) => outcomes[index]?.state === 'left alone')
  if (!dryRun) {
    const { [name]: _gone, ...others } = connections
    writeConnections(recordFile, stuck.length === 0 ? others : { ...others, [name]: { ...connection, files: stuck } })
  }
  return outcomes
}

function undo(record: FileRecord, dryRun: boolean): FileOutcome {
  const { file } = record
  try {
    const now = readStanding(file)
    const before = withoutInserted(record, now)
    if (!before) return { file, state: 'left alone', diff: '', kept: [], reason: `it was changed since in the lines that were added; take out by hand:\n${record.inserted.join('\n').trim()}` }
    if (!now.exists) return { file, state: 'unchanged', diff: '', kept: [] }
    if (!dryRun) putBack(record, before)
    return { file, state: before.exists ? 'restored' : 'removed', diff: '', kept: [] }
  } catch (error) {
    if (!(error instanceof Unmergeable)) throw error
    return { file, state: 'left alone', diff: '', kept: [], reason: error.message }
  }
}

// What is shown on a screen ends in a scrollback, a ticket, a recording.
function hideKey(text: string, key: string): string {
  return text.replaceAll(key, `${key.slice(0, 15)}…`)
}
