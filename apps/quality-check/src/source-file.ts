export type Language = 'javascript' | 'python' | 'go' | 'java' | 'rust' | 'shell' | 'yaml' | 'sql' | 'dockerfile'

/** What a file's place says about it, as far as rules care. */
export type FileClass = 'source' | 'test' | 'package' | 'stub' | 'docs'

/** A file that can be looked at. */
export interface SourceText extends Place {
  readonly kind: 'text'
  readonly path: string
  /** Without a byte order mark. */
  readonly text: string
  readonly lines: number
  /** Why the language's engine must not see it; empty when it may. */
  readonly refusal: string
}

/** A file that cannot be looked at. */
export interface Unreadable {
  readonly kind: 'unreadable'
  readonly path: string
  readonly language: Language | undefined
  readonly reason: string
}

const languages: Readonly<Record<string, Language>> = {
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.jsx': 'javascript',
  '.ts': 'javascript',
  '.mts': 'javascript',
  '.cts': 'javascript',
  '.tsx': 'javascript',
  '.py': 'python',
  '.pyi': 'python',
  '.pyw': 'python',
  '.go': 'go',
  '.java': 'java',
  '.rs': 'rust',
  '.sh': 'shell',
  '.bash': 'shell',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.sql': 'sql',
  '.dockerfile': 'dockerfile',
}

const usualMaxBytes = 1_048_576
// Written code may hold a long line of data; in a bundle they are the rule.
const longLine = 10_000
const longOnAverage = 200
const longestLine = 100_000
const statementsOnALine = /;(?=[^\s;])/g
const fewStatements = 20
const shortestBundle = 1_000
const spacing = /\s/g
// Words that only a compiler puts at the head of a file.
const compiledHead = /"@babel\/helpers - |\(this && this\.__\w+\) \|\||^function _(?:interopRequire(?:Default|Wildcard)|iterableToArrayLimit|unsupportedIterableToArray|createForOfIteratorHelper|classCallCheck|asyncToGenerator|possibleConstructorReturn)\(/m
const headLength = 5_000
const compiled = new Set(['.js', '.mjs', '.cjs'])
const mapLineLength = 300
const documentation = new Set(['.md', '.mdx', '.markdown', '.rst', '.adoc'])
const exampleFolder = /^_?(?:examples?|samples?)$/i
const shownFolder = /^_?(?:examples?|samples?|demos?|docs?)$/i
const exampleData = new Set(['.pem', '.key', '.json', '.yaml', '.yml', '.toml', '.xml', '.ini', '.cfg', '.conf', '.properties'])
const testNames = [/[.\-_](?:test|spec)\.[^.]+$/i, /^test_/i, /^conftest\.py$/i, /^(?:tests?|specs?)\.[cm]?[jt]sx?$/i, /^testing\.go$|_test_\w+\.go$/, /^[A-Z]\w*(?:Tests?|IT)\.java$/]
// Fixtures, mirage and the like are what tests are fed with, wherever they are kept.
const testFolder = /^(?:__(?:tests|mocks|fixtures)__|mocks?|mirage|tests?|testing|specs?|e2e|(?:\w+[-_])?fixtures?(?:[-_]\w+)?|test_?(?:data|cases?|utils?|helpers?|support|kit|suites?)|test[-_][\w-]+|[\w-]+[-_]tests?)$/i
const bom = '\uFEFF'

/** What a path says of its file. */
export interface Place {
  /** Undefined: only secrets are looked for. */
  readonly language: Language | undefined
  /** ".ts"; empty when the name has none. */
  readonly extension: string
  /** The whole name of a file without an extension; empty otherwise. */
  readonly bareName: string
  readonly fileClass: FileClass
}

export function readPath(path: string): Place {
  const extension = extensionOf(path)
  return { extension, language: languages[extension] ?? languageByName(nameOf(path)), bareName: extension === '' ? nameOf(path) : '', fileClass: classOf(path, extension) }
}

/** Tells what a file is from its name and its bytes. The name is never opened. */
export function readSource(path: string, content: Uint8Array, maxBytes = usualMaxBytes): SourceText | Unreadable {
  const place = readPath(path)
  const { language } = place
  const unreadable = (reason: string): Unreadable => ({ kind: 'unreadable', path, language, reason })
  if (content.length > maxBytes) return unreadable(`${content.length} bytes, more than ${sizeOf(maxBytes)}: split it, or exclude it in elder.yaml`)
  if (content.includes(0)) return unreadable(isUtf16(content) ? 'UTF-16 text: save it as UTF-8' : 'binary')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    return unreadable('not UTF-8: save it as UTF-8')
  }
  if (text.startsWith(bom)) text = text.slice(1)
  const measured = measure(text)
  return {
    kind: 'text',
    path,
    text,
    lines: measured.lines,
    ...place,
    refusal: refusalOf(text, place.extension, measured),
  }
}

const sizeOf = (bytes: number) => (bytes === usualMaxBytes ? '1 MB' : `${bytes} bytes`)

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function languageByName(name: string): Language | undefined {
  return /^(Dockerfile|Containerfile)(\..+)?$/.test(name) ? 'dockerfile' : undefined
}

function extensionOf(path: string): string {
  const name = nameOf(path)
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? '' : name.slice(dot).toLowerCase()
}

function classOf(path: string, extension: string): FileClass {
  const parts = path.split('/')
  const ownName = parts.pop() as string
  const name = ownName.toLowerCase()
  if (documentation.has(extension) || (extension === '.txt' && parts.some((part) => /^docs?$/i.test(part))) || (/^\.[1-9]$/.test(extension) && parts.some((part) => /^man\d?$/i.test(part)))) return 'docs'
  if (extension === '.pyi' || /\.d\.[cm]?ts$/.test(name)) return 'stub'
  if (isExampleData(name, extension, parts)) return 'docs'
  if (testNames.some((form) => form.test(ownName))) return 'test'
  if (parts.some((part) => testFolder.test(part))) return 'test'
  if (languages[extension] === 'javascript' && parts.some((part) => exampleFolder.test(part))) return 'docs'
  return name === '__init__.py' ? 'package' : 'source'
}

/** Settings, keys and data that show what such a file may hold. */
function isExampleData(name: string, extension: string, parts: readonly string[]): boolean {
  return exampleData.has(extension) && (/^(?:examples?|samples?)(?![a-z])|[._-](?:example|sample)(?![a-z])/.test(name) || parts.some((part) => shownFolder.test(part)))
}

function refusalOf(text: string, extension: string, { lines, longest, longestAt }: ReturnType<typeof measure>): string {
  if (longest > longestLine || (longest > longLine && text.length > lines * longOnAverage)) return `minified: line ${longestAt} has ${longest} characters; exclude it in elder.yaml`
  if (compiled.has(extension) && longest > longOnAverage && text.length > lines * longOnAverage && (isRunTogether(text) || isDense(text))) return `minified: line ${longestAt} has ${longest} characters; exclude it in elder.yaml`
  if (compiled.has(extension) && compiledHead.test(text.slice(0, headLength))) return 'compiled: a compiler wrote its head; check its source, and exclude it in elder.yaml'
  // What is compiled has the faults of its source, and more that nobody wrote.
  return compiled.has(extension) && text.slice(-mapLineLength).includes('//# sourceMappingURL=') ? 'compiled: it ends with a source map; check its source, and exclude it in elder.yaml' : ''
}

/** A line of a bundle that was put into a file somebody wrote. */
export const isMinifiedLine = (line: string): boolean => line.length > shortestBundle && isRunTogether(line)

/** Nobody writes nearly all statements without a space between them. */
function isRunTogether(text: string): boolean {
  const together = [...text.matchAll(statementsOnALine)].length
  return together >= fewStatements && together * 10 > text.split(';').length * 8
}

/** A line or a few without spaces, of a program that was squeezed. */
function isDense(text: string): boolean {
  return text.length < longLine && [...text.matchAll(spacing)].length * 25 < text.length && /\bfunction\b|=>|\w\(/.test(text)
}

function isUtf16(content: Uint8Array): boolean {
  return (content[0] === 0xff && content[1] === 0xfe) || (content[0] === 0xfe && content[1] === 0xff)
}

function measure(text: string): { lines: number; longest: number; longestAt: number } {
  let lines = 0
  let longest = 0
  let longestAt = 0
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    lines++
    if (end - start > longest) {
      longest = end - start
      longestAt = lines
    }
    start = end + 1
  }
  return { lines, longest, longestAt }
}
