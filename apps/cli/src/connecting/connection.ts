import { applySplices, type Splice } from '../checking/edits.ts'
import { unifiedDiff } from '../checking/unified-diff.ts'
import { Unmergeable, type Addition, type Kept } from './addition.ts'
import { makeFolders, missingFolders, readStanding, removeEmpty, replaceFile, sha256, textOf, type Standing } from './files.ts'
import { withLock } from './lock.ts'
import { merge } from './merge.ts'
import { readConnections, writeConnections, type Connection, type FileRecord, type Put } from './record.ts'
import { withoutInserted } from './removal.ts'
import type { FilePlan, Setup, Tool } from './setup.ts'

/** The planned or completed change of one file. */
export interface FileOutcome {
  readonly file: string
  readonly state: 'created' | 'changed' | 'unchanged' | 'left alone' | 'restored' | 'removed'
  readonly diff: string
  readonly kept: readonly Kept[]
  /** Why it was left unchanged. */
  readonly reason?: string
  /** The text to add by hand to a file that was left unchanged. */
  readonly byHand?: string
}

interface Step {
  readonly outcome: FileOutcome
  readonly earlier: FileRecord | undefined
  readonly change?: { readonly record: FileRecord; readonly bytes: Buffer; readonly mode: number | undefined; readonly secret: boolean }
}

export const nameOf = (tool: Tool, repository: string | undefined) => (repository === undefined ? tool.name : `${tool.name} in ${repository}`)

/**
 * Adds the required settings to a tool's files. Connecting again replaces earlier additions. Everything is computed
 * before anything is written, and recorded before it is done, so that an interruption at any moment can be undone.
 */
export function connect(tool: Tool, setup: Setup, recordFile: string, dryRun: boolean): FileOutcome[] {
  const name = nameOf(tool, setup.repository)
  if (dryRun) return stepsOf(tool, setup, readConnections(recordFile)[name]).map(({ outcome }) => outcome)
  return withLock(recordFile, () => {
    const connections = readConnections(recordFile)
    const earlier = connections[name]
    const steps = stepsOf(tool, setup, earlier)
    // The tool's files may have been elsewhere when it was connected before, and are undone there.
    const elsewhere = (earlier?.files ?? []).filter(({ file }) => !steps.some(({ outcome }) => outcome.file === file))
    const note = (records: readonly (FileRecord | undefined)[]) => {
      const files = [...elsewhere, ...records.filter((record) => record !== undefined)]
      const { [name]: _replaced, ...others } = connections
      writeConnections(recordFile, files.length === 0 ? others : { ...others, [name]: { at: new Date().toISOString(), repository: setup.repository ?? null, files } })
    }
    if (steps.some(({ change }) => change)) note(steps.map(({ change, earlier: before }) => change?.record ?? before))
    const outcomes = steps.map(carryOut)
    if (outcomes.some(({ state }, index) => state === 'left alone' && steps[index]?.change)) note(steps.map(({ change, earlier: before }, index) => (outcomes[index]?.state === 'left alone' ? before : (change?.record ?? before))))
    return outcomes
  })
}

function stepsOf(tool: Tool, setup: Setup, earlier: Connection | undefined): Step[] {
  return tool.plan(setup).map((plan) => stepOf(plan, setup.key, earlier?.files.find(({ file }) => file === plan.file)))
}

function stepOf(plan: FilePlan, key: string, earlier: FileRecord | undefined): Step {
  const { file, format, secret = false, additions } = plan
  try {
    const now = readStanding(file)
    const base = (earlier && withoutInserted(earlier, now)) ?? now
    const text = textOf(base)
    const merged = merge(format, text, additions)
    const bytes = Buffer.from(applySplices(text, merged.splices))
    const isSame = merged.splices.length === 0 || (bytes.equals(now.bytes) && now.exists)
    if (isSame) return { outcome: { file, state: 'unchanged', diff: '', kept: merged.kept }, earlier }
    const diff = hideKey(secret ? onlyAdded(file, merged.splices) : unifiedDiff(file, text, merged.splices), key)
    const put = { written: sha256(bytes), inserted: merged.splices.map(({ text: inserted }) => inserted), additions: merged.additions }
    const mode = secret ? 0o600 : now.exists ? now.mode : undefined
    return { outcome: { file, state: now.exists ? 'changed' : 'created', diff, kept: merged.kept }, earlier, change: { record: recordOf(plan, base, put, earlier), bytes, mode, secret } }
  } catch (error) {
    if (!(error instanceof Unmergeable)) throw error
    return { outcome: leftAlone(plan, error, key), earlier }
  }
}

function recordOf({ file, format }: FilePlan, base: Standing, put: Put, earlier: FileRecord | undefined): FileRecord {
  return {
    file,
    format,
    before: base.exists ? base.bytes.toString('base64') : null,
    mode: earlier?.mode ?? base.mode,
    ...put,
    folders: earlier?.folders ?? missingFolders(file),
    ...(earlier && { earlier: { written: earlier.written, inserted: earlier.inserted, additions: earlier.additions } }),
  }
}

function carryOut({ outcome, change }: Step): FileOutcome {
  if (!change) return outcome
  const { record, bytes, mode, secret } = change
  const folders = missingFolders(record.file)
  try {
    makeFolders(folders, secret)
    replaceFile(record.file, bytes, mode)
    return outcome
  } catch (error) {
    if (!(error instanceof Unmergeable)) throw error
    removeEmpty(folders)
    return { file: record.file, state: 'left alone', diff: '', kept: [], reason: error.message }
  }
}

function leftAlone({ file, format, additions }: FilePlan, { message, canBeAddedByHand }: Unmergeable, key: string): FileOutcome {
  return { file, state: 'left alone', diff: '', kept: [], reason: canBeAddedByHand ? `${message}; add by hand` : message, ...(canBeAddedByHand && { byHand: hideKey(textFor(format, additions), key) }) }
}

/** The additions as a separate file. */
function textFor(format: FilePlan['format'], additions: readonly Addition[]): string {
  return applySplices('', merge(format, '', additions).splices).trimEnd()
}

/** The surrounding lines may be as secret as the additions. */
function onlyAdded(file: string, splices: readonly Splice[]): string {
  const lines = splices.flatMap(({ text }) => text.split(/\r?\n/)).filter((line) => line !== '')
  return [`--- ${file}`, `+++ ${file}`, ...lines.map((line) => `+${line}`)].join('\n')
}

/** Screen output may end up in a scrollback, a ticket or a recording, so secrets are shortened. */
export function hideKey(text: string, key?: string): string {
  const hidden = text.replace(/(elder_[A-Za-z0-9]{8}_)[\w-]{43}/g, '$1…')
  return key === undefined ? hidden : hidden.replaceAll(key, `${key.slice(0, 15)}…`)
}
