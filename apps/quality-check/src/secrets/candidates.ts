import type { TextPlace } from '../rules/rule.ts'
import { isInComment, lineStart } from './comments.ts'
import { kindOfKey, type KeyKind } from './key-name.ts'

/** A literal under a name of a credential. */
export interface Candidate {
  readonly key: string
  readonly kind: KeyKind
  readonly value: string
  readonly start: number
  readonly end: number
  /** Without quotes, in a file that is not a configuration file: it may be prose or code. */
  readonly bare: boolean
}

const keyword = /pass|pwd|secret|token|credential|key|auth|salt|senha|contrasena|kennwort|identified\s{1,4}by/gi
const longestKey = 80
const longestValue = 4096

/** Configuration files, in which the value after a name need not be quoted. */
const settings = /^\.(?:env|ini|cfg|cnf|conf|config|properties|ya?ml|toml|sh|bash|zsh|fish|bat|cmd|ps1|psm1|tfvars|tf|hcl|netrc|npmrc|pypirc|pgpass|service|http|rest|envrc|prod|production|local|dev|development|staging|test|dockerfile|editorconfig|gitconfig|s3cfg|aws|credentials|xml|plist|csproj|xaml|reg|inf|rdp|ovpn|desktop|bashrc|profile|nomad|j2|tpl)$/i
const prose = /^\.(?:md|mdx|rst|txt|adoc|html?|log|csv|tsv|example|sample|template|dist|ipynb|tex|1|org|wiki)$/i
const neither = /^\.(?:css|scss|less|svg|map|lock|sum|po|pot|d\.ts|strings|resx|arb|xlf)$/i

/** The text between a name and its literal: a closing quote or bracket, a type, an assignment, a call, a comma. */
const assignment = /["'`]?\]{0,2}[ \t]*(?:\??:[ \t]*[A-Za-z_&*][\w<>[\].&*|?' ]{0,40})?(?:\[\d{0,4}\][ \t]*)?(?:\{[ \t]*get;[\w ;\t]{0,30}\}[ \t]*)?(?:(?:string|\[\]byte)[ \t]{1,20}(?==))?(?:=>|:{1,3}=|\.=|===?|!==?|\|\|=|\?\?=|\?=|\+=|=|:|<-|(?:\|\||\?\?|or)(?=[ \t]*["'`]))[ \t]*(?:>-?|\|-?)?[ \t]*/y
const colonOrEquals = /\\?["'`]?\]{0,2}[ \t]*(?:=>|:=|===?|!==?|=|:)[ \t]*/y
const separated = /\\?["'`][ \t]*,[ \t]*/y
const called = /\([ \t]*/y
const attribute = /["'][ \t]+(?:value|content|text)[ \t]*=[ \t]*/iy
const element = />\s{0,80}/y
const spaced = /[ \t]+(?=["'])|[ \t]*\/\*.{0,20}\*\/[ \t]*/y
// An entry of a list of variables: `name: DB_PASSWORD`, then `value: …`.
const listed = /["']?[ \t]*,?[ \t\r\n]{0,60}["']?value["']?[ \t]*:[ \t]*/iy
const named = /["']?(?:name|key)["']?[ \t]{0,4}:[ \t]{0,4}["']?$/i
const opening = /(?:(?:new[ \t]+)?(?:String|string|str|bytes|Buffer\.from|Some|Secret|SecretStr|SecretString|SecretKey|Box::new|String::from|to_string|toCharArray|SecureString|ConvertTo-SecureString|std::string|QString|NSString|atob|btoa|\[\]byte|[A-Za-z_][\w.]{0,40}?(?:[dD]ecode(?:String|Base64|Hex)?|[fF]rom_?[hH]ex|unhexlify|[hH]ex_?[tT]o_?[bB]ytes|[fF]rom_?[bB]ase64(?:String)?|GetBytes|getBytes))\(?[ \t]*(?:-String[ \t]+)?|[bBrRuUfFL@$&]{1,2}(?=["'`])|\(|\[[ \t]*(?=["']))?\\?(["'`]{1,3})(?:\\["'])?/y
const fallback = /[^\n"'`]{0,60}(?:(?:env|get|fetch|lookup|default|environ|config|property|variable|setting|param)\w*[([][ \t]*["'`][\w.\-/]{1,80}["'`][)\]]?[^\n"'`]{0,20}?(?:,|\|\||\?\?|\?:|\bor\b|\.unwrap_or\w*\(|\.orElse\()|(?:\|\||\?\?|\?:|\bor\b))[ \t]*(["'`])/iy
// "host=db user=app password=…", the format of PostgreSQL's library.
const libraryPair = /\b(?:host|hostaddr|port|user|dbname|sslmode)=[^\s=]{1,60} $/
const unquoted = /(?:(?:Bearer|Basic|Token|ApiKey|Bot|SSWS|Splunk)[ \t]{1,4})?[^\s"'`<>]{1,4096}/iy

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** Finds all literals under names of credentials, in one pass over the text. */
export function findCandidates(text: string, place: TextPlace): Candidate[] {
  const { extension } = place
  if (neither.test(extension)) return []
  const isSettings = settings.test(extension) || prose.test(extension) || (extension === '' && place.bareName !== '' && !/^(?:README|LICEN[CS]E|CHANGELOG|NOTICE|AUTHORS)/i.test(place.bareName))
  const found: Candidate[] = []
  keyword.lastIndex = 0
  for (let hit = keyword.exec(text); hit !== null; hit = keyword.exec(text)) {
    const start = startOfName(text, hit.index)
    const end = endOfName(text, hit.index + hit[0].length)
    keyword.lastIndex = end
    if (end - start > longestKey) continue
    const key = text.slice(start, end)
    const kind = /\sby$/i.test(key) ? 'password' : kindOfKey(key)
    if (kind === 'none') continue
    const value = valueAfter(text, start, end, isSettings)
    if (value !== undefined) found.push({ key, kind, ...value, bare: value.bare && (!isSettings || prose.test(extension)) })
  }
  return found
}

/** Whether only generated values are reported: documents and templates contain many made-up passwords. */
export const isProse = (place: TextPlace): boolean => prose.test(place.extension)

function startOfName(text: string, at: number): number {
  let start = at
  while (start > 0 && at - start <= longestKey && isNameCode(text.charCodeAt(start - 1))) start--
  return start
}

function endOfName(text: string, at: number): number {
  let end = at
  while (end < text.length && end - at <= longestKey && isNameCode(text.charCodeAt(end))) end++
  return end
}

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 45 || code === 46
}

interface Value {
  readonly value: string
  readonly start: number
  readonly end: number
  readonly bare: boolean
}

function valueAfter(text: string, start: number, end: number, isSettings: boolean): Value | undefined {
  const before = text[start - 1] ?? ''
  const inQuotes = before === '"' || before === "'" || before === '`'
  if (before === '<' || text[end] === '>') {
    const tag = sticky(element, text, end)
    if (tag !== null && text[start - 1] === '<') return elementValue(text, element.lastIndex)
  }
  const at = operatorEnd(text, start, end, inQuotes)
  if (at === undefined) return undefined
  return quotedValue(text, at) ?? fallbackValue(text, at) ?? bareValue(text, at, start, isSettings)
}

function operatorEnd(text: string, start: number, end: number, inQuotes: boolean): number | undefined {
  const name = text.slice(start, end)
  if (named.test(text.slice(Math.max(0, start - 20), start)) && sticky(listed, text, end) !== null) return listed.lastIndex
  for (const pattern of inQuotes ? [colonOrEquals, separated, attribute, assignment] : [assignment]) if (sticky(pattern, text, end) !== null) return pattern.lastIndex
  if (sticky(called, text, end) !== null) return takesCredential(name) ? called.lastIndex : undefined
  if (sticky(spaced, text, end) !== null) return spaced.lastIndex
  return /^--?[a-z]/i.test(name) && text[end] === ' ' ? end + 1 : undefined
}

// setPassword("…"), .password("…"); not getPassword, isToken or hashPassword.
function takesCredential(name: string): boolean {
  const own = name.slice(name.lastIndexOf('.') + 1)
  return !/^_?(?:get|is|has|find|check|valid|verify|match|compare|hash|encode|decode|encrypt|decrypt|parse|reset|change|create|generate|delete|remove|read|fetch|load|request|require|print|log|write|append|put)/i.test(own)
}

function elementValue(text: string, at: number): Value | undefined {
  const close = text.indexOf('<', at)
  if (close === -1 || close - at > 300 || text[close + 1] !== '/') return undefined
  const value = text.slice(at, close).trimEnd()
  return value === '' || value.includes('\n') ? undefined : { value, start: at, end: at + value.length, bare: false }
}

function quotedValue(text: string, at: number): Value | undefined {
  const open = sticky(opening, text, at)
  return open === null ? undefined : upToQuote(text, opening.lastIndex, open[1] as string)
}

function fallbackValue(text: string, at: number): Value | undefined {
  const open = hasQuoteNear(text, at) ? sticky(fallback, text, at) : null
  return open === null ? undefined : upToQuote(text, fallback.lastIndex, open[1] as string)
}

// Searching for a fallback value is expensive, and its literal is near.
function hasQuoteNear(text: string, at: number): boolean {
  for (let index = at; index < at + 120 && index < text.length && text.charCodeAt(index) !== 10; index++) {
    const code = text.charCodeAt(index)
    if (code === 34 || code === 39 || code === 96) return true
  }
  return false
}

function upToQuote(text: string, at: number, quote: string): Value | undefined {
  const mark = quote[0] as string
  for (let end = at; end < text.length && end - at <= longestValue; end++) {
    const character = text[end]
    if (character === '\\' && text[end + 1] !== mark) end++
    else if (character === mark || character === '\\') return end === at ? undefined : { value: text.slice(at, end), start: at, end, bare: false }
    else if (character === '\n') return undefined
  }
  return undefined
}

function bareValue(text: string, at: number, keyStart: number, isSettings: boolean): Value | undefined {
  const match = sticky(unquoted, text, at)
  if (match === null || match[0].length < 5) return undefined
  const inText = isSettings && !/[;&?]/.test(text[keyStart - 1] ?? '') ? undefined : quoteAround(text, keyStart)
  if (!isSettings && inText === undefined && !isInComment(text, keyStart)) return undefined
  // Configuration inside a string literal ends at its line break.
  const cut = match[0].split(isSettings && inText === undefined ? /\\[nr]/ : /[;&|,\\]/, 1)[0] as string
  const value = cut.replace(/[,;)}\]\\]+$/, '')
  const isListed = inText !== undefined && (/[;&]/.test(text[keyStart - 1] ?? '') || /^[;&]/.test(match[0].slice(cut.length)) || text[keyStart - 2] === ';' || libraryPair.test(text.slice(Math.max(0, keyStart - longestKey), keyStart)))
  return value === '' ? undefined : { value, start: at, end: at + value.length, bare: !isListed }
}

// The quote that is open on the line before an offset.
function quoteAround(text: string, at: number): string | undefined {
  let open: string | undefined
  for (let index = lineStart(text, at); index < at; index++) {
    const character = text[index] as string
    if (character === '\\') index++
    else if (open === undefined && (character === '"' || character === "'" || character === '`')) open = character
    else if (character === open) open = undefined
  }
  return open
}
