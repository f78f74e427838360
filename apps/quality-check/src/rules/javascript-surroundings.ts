/** Evidence elsewhere in a JavaScript file against a flow finding: the sender is trusted, or the value is restricted. Such a finding is advice. */

const farthest = 4_000
const beginning = /\.(?:get|post|put|patch|delete|all|route|command|handler)\(|\bfunction\b|=>|^\s*(?:(?:public|private|export|static|async)\s+)*\w+\s*\([^()\n]*\)[^{}\n;]*\{\s*$/gm
// Words in the names of guards that admit only people trusted with the machine.
const trusted = '(?:admin|superuser|staff|operator|maintainer|root(?:only|user)|role|permission|privilege|internalonly|localonly|localhost|capabilit|acl)'
const named = new RegExp(`\\w*${trusted}\\w*`, 'i')
const route = /\.(?:get|post|put|patch|delete|all)\(\s*(["'`])[^"'`\n]{0,200}\1\s*,([^;{}]{0,300}?)(?:\basync\b|\bfunction\b|\([^()]{0,100}\)\s*(?::[^={]{0,60})?=>|\w+\s*=>)/g
const guard = `(?:require|ensure|is|only|check|verify|assert|has|must|allow|restrict|protect|authori[sz]e|needs?)\\w*${trusted}\\w*|\\w*${trusted}s?(?:only|required|guard|auth|check|middleware)`
// With a path it guards that path alone: app.use('/admin', requireAdmin).
const used = new RegExp(`\\.(?:use\\(\\s*(?!["'\`])|addHook\\()[^;{}\\n]{0,120}?\\b(?:${guard})`, 'i')
const decorated = new RegExp(`@(?:UseGuards|Roles?|Permissions?|Authorized|RequirePermissions?|Auth|RolesAllowed|SetMetadata)\\(([^)\\n]*)\\)`, 'g')
const asks = new RegExp(`\\b(?:is|has|require|ensure|assert|check|verify|must|can|only)\\w*${trusted}\\w*|\\b(?:context|ctx|req|request|user|session|ability|\\w*auth\\w*)(?:\\.\\w+)*\\.(?:require|authorize|can|cannot|allows?|hasScope)\\(|\\.role\\s*[!=]==?`, 'i')

/** Only privileged users reach the place: an administrator's tool may run what it is told. */
export function isForTrusted(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - farthest), start)
  const head = [...before.matchAll(route)].at(-1)
  if (head !== undefined && named.test(head[2] ?? '')) return true
  const from = [...before.matchAll(beginning)].at(-1)?.index ?? 0
  return asks.test(before.slice(from)) || used.test(text.slice(0, start)) || [...before.matchAll(decorated)].some(([whole, given = '']) => named.test(given) || /^@(?:Roles?|Permissions?|RolesAllowed|RequirePermissions?)/.test(whole))
}

// Validators that accept only listed texts, numbers, or texts of a pattern.
const limits = /\benum\b|\bpattern\b|\bconst:|\.(?:valid|oneOf|equal|regex|matches|uuid|guid|cuid2?|ulid|int|integer|hex|alphanum)\(|\b(?:z|zod)\.(?:coerce\.)?(?:enum|nativeEnum|literal|number|int|boolean|date|uuid|guid|ulid|nanoid)\b|\b(?:joi|yup)\.(?:number|date|boolean)\b|\bformat:\s*['"](?:uuid|date|date-time|ipv[46])|\btype:\s*['"](?:integer|number|boolean)['"]|\b(?:Type|t|v)\.(?:Literal|Union|UnionEnum|Enum|Integer|Number|Numeric|Boolean|picklist|literal|number|enum_?)\b/i
const chainLimits = /\.(?:isIn|isInt|isUUID|isNumeric|isFloat|isAlpha|isAlphanumeric|isMongoId|isBoolean|isSlug|isHexadecimal|isDate|isISO8601|matches|whitelist|custom|toInt)\(/
const decoratorLimits = /@(?:IsEnum|IsIn|IsInt|IsUUID|IsNumber|IsNumberString|IsAlphanumeric|IsMongoId|IsDateString|IsBoolean|Matches|Validate)\(/
const farValue = 240

/** A schema, a validator or a parameter handler in the file restricts the field. */
export function isLimited(text: string, origin: string): boolean {
  const [field] = /[A-Za-z_$][\w$]*$/.exec(origin) ?? []
  if (field === undefined) return false
  if (asked.text !== text) asked = { text, fields: new Map() }
  const limited = asked.fields.get(field) ?? isFieldLimited(text, field)
  asked.fields.set(field, limited)
  return limited
}

// Most findings of a file are about few fields, and each question reads the whole text.
let asked: { readonly text: string; readonly fields: Map<string, boolean> } = { text: '', fields: new Map() }

function isFieldLimited(text: string, field: string): boolean {
  if (!isNamedElsewhere(text, field)) return false
  const name = field.replaceAll('$', '\\$')
  const keys = [...text.matchAll(new RegExp(`(?<![\\w$.?])["']?${name}["']?\\s*:\\s*(?=\\S)`, 'g'))]
  if (keys.some(({ index, 0: key }) => limits.test(valueAt(text, index + key.length)))) return true
  const chains = [...text.matchAll(new RegExp(`\\b(?:check|query|param|body|cookie|header)\\(\\s*['"]${name}['"][^)\\n]*\\)((?:\\s*\\.\\w+\\([^()]*(?:\\([^()]*\\)[^()]*)*\\))*)`, 'g'))]
  if (chains.some(([, chain = '']) => chainLimits.test(chain))) return true
  if ([...text.matchAll(new RegExp(`((?:@\\w+\\([^\\n@]*\\)\\s*)+)(?:(?:public|readonly|declare)\\s+)*${name}[!?]?:`, 'g'))].some(([, decorators = '']) => decoratorLimits.test(decorators))) return true
  if (new RegExp(`:${name}\\([^)]`).test(text)) return true
  return [...text.matchAll(new RegExp(`\\.param\\(\\s*['"]${name}['"]`, 'g'))].some(({ index }) => /\.(?:test|match|includes|has)\(|\bthrow\b|sendStatus|\bstatus\(/.test(text.slice(index, index + 2 * farValue)))
}

/** Whether the name occurs other than as a member: what names it nowhere else is not searched for it. */
function isNamedElsewhere(text: string, name: string): boolean {
  let at = text.indexOf(name)
  while (at > 0 && text[at - 1] === '.') at = text.indexOf(name, at + name.length)
  return at !== -1
}

/** The value after a key, up to the comma or bracket that ends it. */
function valueAt(text: string, from: number): string {
  let depth = 0
  for (let at = from; at < Math.min(text.length, from + farValue); at++) {
    const character = text.charAt(at)
    if ('([{'.includes(character)) depth++
    else if (')]}'.includes(character) && --depth < 0) return text.slice(from, at)
    else if ((character === ',' || character === ';') && depth === 0) return text.slice(from, at)
  }
  return text.slice(from, from + farValue)
}
