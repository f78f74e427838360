import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CommandError, defineCommand, usageError, wholeNumber, type Context } from '../command.ts'
import { nearest } from '../nearest.ts'
import { placesOf } from '../platform/places.ts'
import { serviceNames } from '../platform/services.ts'
import { localTime } from '../terminal.ts'

const pollMs = 250
/** The log of all services when they run in one process. */
const sharedLog = 'platform'

interface Log {
  readonly name: string
  readonly file: string
  /** The service whose lines alone are meant, in a log that several share. */
  readonly service: string | undefined
}

export const command = defineCommand({
  usage: 'logs [SERVICE] [-f] [--lines N] [--json]',
  about: 'Shows the last lines of one service, or of all of them in the order of time; times are local. With -f it continues until Ctrl-C.',
  options: {
    follow: { type: 'boolean', short: 'f', help: 'keep running and show new lines' },
    lines: { type: 'string', short: 'n', value: 'N', help: 'how many lines of each service (default: 50)' },
    json: { type: 'boolean', help: 'print one JSON object per line; lines of NATS, Redis and Postgres are in msg' },
  },
  async run({ values, positionals }, { checkout, terminal }) {
    const folder = placesOf(checkout).logs
    const lines = wholeNumber('--lines', values.lines ?? '50', 0, 1_000_000)
    const files = chooseLogs(folder, positionals)
    const show = (name: string, line: string) => terminal.print(values.json ? asJson(name, line) : format(name, line, terminal))
    const last = files.flatMap((log) => tail(log, lines).map((line) => ({ name: log.name, line, time: timeOf(line) })))
    // Lines without a timestamp stay after the preceding one.
    let time = ''
    for (const entry of last) time = entry.time ||= time
    for (const { name, line } of last.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))) show(name, line)
    if (values.follow) await follow(files, show)
    return 0
  },
})

function chooseLogs(folder: string, wanted: readonly string[]): Log[] {
  const names = filesIn(folder).filter((file) => file.endsWith('.log')).map((file) => file.slice(0, -'.log'.length)).sort()
  if (names.length === 0) throw new CommandError('nothing has run here yet', { fix: 'elder up' })
  const sharing: readonly string[] = names.includes(sharedLog) ? serviceNames : []
  const known = [...new Set([...names, ...sharing])].sort()
  for (const name of wanted) {
    if (known.includes(name)) continue
    const near = nearest(name, known)
    throw usageError(`there is no log of ${name}`, near === undefined ? `there are: ${known.join(', ')}` : `did you mean: elder logs ${near}`)
  }
  const whole = (name: string): Log => ({ name, file: join(folder, `${name}.log`), service: undefined })
  const shared = (service: string): Log => ({ ...whole(sharedLog), name: service, service })
  return (wanted.length > 0 ? wanted : names).flatMap((name) => [...(names.includes(name) ? [whole(name)] : []), ...(wanted.length > 0 && sharing.includes(name) ? [shared(name)] : [])])
}

const isMeant = ({ service }: Log, line: string) => line !== '' && (service === undefined || parse(line)?.service === service)

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** The last lines of a log, including its rotated predecessor if it has too few. */
function tail(log: Log, count: number): string[] {
  if (count === 0) return []
  const lines = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter((line) => isMeant(log, line)) : [])
  const current = lines(log.file)
  return (current.length >= count ? current : [...lines(`${log.file}.1`), ...current]).slice(-count)
}

async function follow(files: readonly Log[], show: (name: string, line: string) => void): Promise<void> {
  const places = files.map((file) => ({ ...file, offset: statSync(file.file, { throwIfNoEntry: false })?.size ?? 0, rest: '' }))
  for (;;) {
    for (const place of places) {
      const size = statSync(place.file, { throwIfNoEntry: false })?.size ?? 0
      // The file is smaller than before, so it was rotated and is read from the start.
      if (size < place.offset) place.offset = 0
      if (size === place.offset) continue
      const lines = (place.rest + readFrom(place.file, place.offset, size)).split('\n')
      place.offset = size
      place.rest = lines.pop() ?? ''
      for (const line of lines) if (isMeant(place, line)) show(place.name, line)
    }
    await delay(pollMs)
  }
}

function readFrom(file: string, start: number, end: number): string {
  const fd = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(end - start)
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, start))
  } finally {
    closeSync(fd)
  }
}

interface LogLine {
  readonly time: string
  readonly level: string
  readonly msg?: string
  readonly err?: { readonly message?: string }
}

/** Undefined for a truncated line, or one in another format, which is printed unchanged. */
function parse(line: string): (LogLine & Record<string, unknown>) | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const entry = JSON.parse(line) as LogLine & Record<string, unknown>
    return typeof entry.time === 'string' && typeof entry.level === 'string' ? entry : undefined
  } catch {
    return undefined
  }
}

function asJson(name: string, line: string): string {
  return parse(line) ? line : JSON.stringify({ time: timeOf(line) || undefined, service: name, msg: line })
}

function timeOf(line: string): string {
  const time = parse(line)?.time ?? /\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?/.exec(line)?.[0] ?? ''
  return time.replaceAll('/', '-').replace(' ', 'T')
}

function format(name: string, line: string, { style }: Context['terminal']): string {
  const entry = parse(line)
  const label = style('dim', (name === sharedLog && typeof entry?.service === 'string' ? entry.service : name).padEnd(17))
  if (!entry) return `${label} ${line}`
  const { time, level, msg, err, service: _service, instance: _instance, trace_id: _trace, span_id: _span, ...rest } = entry
  const colour = level === 'error' || level === 'fatal' ? 'red' : level === 'warn' ? 'yellow' : 'dim'
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return [label, localTime(time).slice(11), style(colour, level.padEnd(5)), msg ?? '', err?.message ?? '', style('dim', fields.join(' '))].filter((part) => part !== '').join(' ')
}
