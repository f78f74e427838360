import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** A process's streams, each opened only when needed, because that takes time. */
export type Streams = Readonly<Pick<NodeJS.Process, 'stdout' | 'stderr' | 'stdin'>>

/** A command's output: answers on stdout, everything else on stderr. Colours only on a terminal, and never with NO_COLOR. */
export interface Terminal {
  readonly streams: Streams
  /** One or more lines of the answer. */
  print(text: string): void
  json(value: unknown): void
  /** A message that is not part of the answer. */
  note(text: string): void
  style(style: Style, text: string): string
  table(header: readonly string[], rows: readonly (readonly string[])[]): void
}

export function createTerminal(streams: Streams): Terminal {
  const print = (text: string) => void streams.stdout.write(`${text}\n`)
  const style = (style: Style, text: string) => styleText(style, text, { stream: streams.stdout })
  return {
    streams,
    print,
    json: (value) => print(JSON.stringify(value, null, streams.stdout.isTTY ? 2 : undefined)),
    note: (text) => void streams.stderr.write(`${text}\n`),
    style,
    table(header, rows) {
      const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
      const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()
      print(style('bold', line(header)))
      for (const row of rows) print(line(row))
    },
  }
}

/** Makes text from files safe to print: it must not move the cursor or end the line. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** A time for people, in the local time zone. JSON output has UTC. */
export function localTime(time: string | number | Date | undefined): string {
  if (time === undefined) return '-'
  const date = new Date(time)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`
}

/** "1 file", "2 files". */
export function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MB`
}
