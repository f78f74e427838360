import * as z from 'zod'
import { UnreadableReport, type CoverageCollector, type FileLines } from './line-coverage.ts'

const place = z.looseObject({ start: z.looseObject({ line: z.number().nullish() }).nullish() })
const istanbulFile = z.looseObject({
  path: z.string().optional(),
  statementMap: z.record(z.string(), place),
  s: z.record(z.string(), z.number()),
  branchMap: z.record(z.string(), z.looseObject({ loc: place.nullish(), line: z.number().nullish(), locations: z.array(place).optional() })).optional(),
  b: z.record(z.string(), z.array(z.number())).optional(),
})
const pythonFile = z.looseObject({
  executed_lines: z.array(z.number()),
  missing_lines: z.array(z.number()),
  executed_branches: z.array(z.tuple([z.number(), z.number()])).optional(),
  missing_branches: z.array(z.tuple([z.number(), z.number()])).optional(),
})
const pythonReport = z.looseObject({ meta: z.looseObject({}), files: z.record(z.string(), z.unknown()) })

/** Reads Istanbul's coverage-final.json, or the output of `coverage json`. */
export function readJson(content: Uint8Array, collector: CoverageCollector): void {
  const report = parse(content)
  const python = pythonReport.safeParse(report)
  if (python.success) return readEach(python.data.files, pythonFile, (path, file) => readPythonFile(file, collector.file(path), collector))
  if (typeof report !== 'object' || report === null || Array.isArray(report)) throw new UnreadableReport('is JSON, but no coverage report that is known')
  readEach(report as Record<string, unknown>, istanbulFile, (path, file) => readIstanbulFile(file, collector.file(file.path ?? path), collector))
}

function parse(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(content))
  } catch (error) {
    throw new UnreadableReport(`is not valid JSON: ${error instanceof Error ? error.message.slice(0, 120) : String(error)}`)
  }
}

function readEach<T>(files: Readonly<Record<string, unknown>>, schema: z.ZodType<T>, read: (path: string, file: T) => void): void {
  for (const [path, value] of Object.entries(files)) {
    const file = schema.safeParse(value)
    if (!file.success) throw new UnreadableReport(`is JSON, but no coverage report that is known: ${JSON.stringify(path).slice(0, 120)} has no usable lines`)
    read(path, file.data)
  }
}

function readIstanbulFile(file: z.infer<typeof istanbulFile>, lines: FileLines, collector: CoverageCollector): void {
  for (const [id, { start }] of Object.entries(file.statementMap)) collector.line(lines, start?.line ?? 0, (file.s[id] ?? 0) > 0)
  for (const [id, branch] of Object.entries(file.branchMap ?? {})) {
    const line = branch.loc?.start?.line ?? branch.line ?? branch.locations?.[0]?.start?.line ?? 0
    for (const [index, hits] of (file.b?.[id] ?? []).entries()) collector.branch(lines, line, `${id}.${index}`, hits > 0)
  }
}

function readPythonFile(file: z.infer<typeof pythonFile>, lines: FileLines, collector: CoverageCollector): void {
  for (const line of file.executed_lines) collector.line(lines, line, true)
  for (const line of file.missing_lines) collector.line(lines, line, false)
  for (const [from, to] of file.executed_branches ?? []) collector.branch(lines, from, String(to), true)
  for (const [from, to] of file.missing_branches ?? []) collector.branch(lines, from, String(to), false)
}
