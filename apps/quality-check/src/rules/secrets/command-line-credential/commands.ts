import { isPlaceholder, isRandom, likenessOf } from '../../../secrets/value.ts'

export interface GivenCredential {
  readonly start: number
  readonly end: number
  readonly what: string
}

const longestCommand = 2_000
const user = /(?<=\s)(?:-u|--user)(?:=|[ \t]{0,5})(?:"([^"\n]{2,200})"|'([^'\n]{2,200})'|([^\s"'\\]{1,120}:(?:'[^'\n]{1,120}'|[^\s"'\\]{1,120})))/g
const header = /(?:-H|--header)(?:=|[ \t]{0,5})(["'])([\w-]{2,40}):[ \t]{0,5}([^"'\n]{6,1000})\1/g
const secretHeaders = /^(?:proxy-)?authorization$|^(?:x-)?(?:[\w-]{1,20}-)?(?:api-?)?(?:key|token)$/i
// Headers that are no credentials: cache and idempotency keys, handshakes, pagination tokens.
const otherHeaders = /(?:^|-)(?:idempotency|websocket|surrogate|cache|partition|routing|continuation|page|next|csrf|xsrf)-?(?:key|token)$/i
const scheme = /^(?:bearer|token|api-?token|apikey)\s+/i
const basic = /^basic\s+/i

/** Finds passwords and tokens in the arguments of curl, up to the end of the command. */
export function findGivenCredentials(text: string): GivenCredential[] {
  const found: GivenCredential[] = []
  let next = 0
  for (let at = text.indexOf('curl '); at !== -1; at = text.indexOf('curl ', next)) {
    next = at + 1
    if (/[\w-]/.test(text[at - 1] ?? ' ')) continue
    const command = commandAt(text, at)
    next = at + command.length
    found.push(...usersIn(command, at), ...headersIn(command, at))
  }
  return found
}

/** The command, including continuation lines. */
function commandAt(text: string, from: number): string {
  let end = text.indexOf('\n', from)
  while (end !== -1 && end - from < longestCommand && /\\[ \t\r]*$/.test(text.slice(Math.max(from, end - 20), end))) end = text.indexOf('\n', end + 1)
  return text.slice(from, Math.min(end === -1 ? text.length : end, from + longestCommand))
}

function usersIn(command: string, offset: number): GivenCredential[] {
  return [...command.matchAll(user)].flatMap((match) => {
    if (!isUser(match[1] ?? match[2] ?? match[3] ?? '')) return []
    return [{ start: offset + match.index, end: offset + match.index + match[0].length, what: 'password' }]
  })
}

function headersIn(command: string, offset: number): GivenCredential[] {
  return [...command.matchAll(header)].flatMap((match) => {
    const [whole, , name = '', content = ''] = match
    const value = content.trim().replace(scheme, '').replace(/^sha256~/, '')
    if (!secretHeaders.test(name) || otherHeaders.test(name) || !(basic.test(value) ? isUser(decode(value.replace(basic, ''))) : isToken(value))) return []
    return [{ start: offset + match.index, end: offset + match.index + whole.length, what: name }]
  })
}

/** "name:password", or "token:". */
function isUser(given: string): boolean {
  const colon = given.indexOf(':')
  const [name, password] = [given.slice(0, colon), given.slice(colon + 1).replace(/^'|'$/g, '')]
  return colon !== -1 && isGiven(password === '' ? name : password) && password.toLowerCase() !== name.toLowerCase()
}

const decode = (value: string): string => (/^[\w+/]+=*$/.test(value) ? Buffer.from(value, 'base64').toString() : '')
const isToken = (value: string): boolean => !/\s/.test(value) && (isRandom(value) || isGiven(value))

// Neither a variable nor a placeholder nor an obvious example.
function isGiven(value: string): boolean {
  if (value.length < 6 || /^[A-Z_]+\d{0,3}$|^abc123|`|^[$<{[%@]|\$\(|\$\{|\{\{|[>\]}]$|\.\.\.|^\$/.test(value) || isPlaceholder(value)) return false
  return likenessOf(value) !== 'none' || (/[A-Za-z]/.test(value) && /\d/.test(value))
}
