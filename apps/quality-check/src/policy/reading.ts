import { ServiceError } from '@elder/errors'
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import type * as z from 'zod'
import { criterionNames } from '../finding.ts'
import { oneOf, policySchema, type PolicyFile } from './schema.ts'

const maxPolicyBytes = 65_536

interface Parsed {
  readonly value: unknown
  readonly document: Document
  readonly lines: LineCounter
}

/** Parses an elder.yaml. Throws invalid_argument naming the field, its position, the value and what to write. */
export function readPolicyFile(text: string): PolicyFile {
  const parsed = parse(text)
  const result = policySchema.safeParse(parsed.value)
  if (result.success) return result.data
  throw refuse(deepest(result.error.issues[0] as z.core.$ZodIssue), parsed)
}

function parse(text: string): Parsed {
  if (Buffer.byteLength(text) > maxPolicyBytes) throw invalid('', `has ${Buffer.byteLength(text)} bytes, more than ${maxPolicyBytes}: shorten it`)
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true, lineCounter: lines })
    const [fault] = [...document.errors, ...document.warnings]
    if (fault !== undefined) {
      const place = fault.linePos?.[0]
      throw invalid('', `is not valid YAML at line ${place?.line ?? 1}, column ${place?.col ?? 1}: ${(fault.message.split('\n')[0] as string).replace(/ at line \d+, column \d+:?$/, '')}`)
    }
    return { value: document.toJS({ maxAliasCount: 20 }), document, lines }
  } catch (error) {
    if (error instanceof ServiceError) throw error
    throw invalid('', `is not valid YAML: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** In a union of forms, returns the error in the form that the author probably meant. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const inner = issue.errors.flat().find(({ path }) => path.length > 0)
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] }
}

function refuse(issue: z.core.$ZodIssue, parsed: Parsed): ServiceError {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const within = path.join('.')
    const problem = within === 'thresholds' || within === 'severities' ? `is not a criterion: ${oneOf(criterionNames)}` : `is not a known setting: ${within === '' ? oneOf(Object.keys(policySchema.shape)) : 'remove it'}`
    return invalid([...path, key].join('.'), problem, { place: placeOf([...issue.path, key], parsed) })
  }
  return invalid(path.join('.'), issue.code === 'invalid_key' ? `is not a criterion: ${oneOf(criterionNames)}` : issue.message, { place: placeOf(issue.path, parsed) })
}

/** " (line 3, column 5)" of the key, or of the entry of a list. */
function placeOf(path: readonly PropertyKey[], { document, lines }: Parsed): string {
  const last = path.at(-1)
  if (last === undefined) return ''
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const key = isMap(parent) ? parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(last))?.key : undefined
  const node = key ?? document.getIn(path, true)
  const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as readonly number[] | undefined) : undefined
  if (range?.[0] === undefined) return ''
  const { line, col } = lines.linePos(range[0])
  return ` (line ${line}, column ${col})`
}

function invalid(path: string, problem: string, { place = '', cause }: { place?: string; cause?: unknown } = {}): ServiceError {
  return new ServiceError('invalid_argument', `elder.yaml: ${path === '' ? 'the file' : path} ${problem}${place}`, { reason: 'POLICY_INVALID', field: path === '' ? 'policyYaml' : `policyYaml.${path}`, cause })
}
