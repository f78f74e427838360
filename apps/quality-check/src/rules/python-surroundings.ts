/** Evidence elsewhere in a Python file against a flow finding: the sender is trusted, or the value is restricted. Such a finding is advice. */

// Words in the names of guards that admit only people trusted with the machine.
const trusted = '(?:admin|superuser|staff|operator|maintainer|role|permission|privilege|internal_only|local_only|localhost|scopes)'
const farthest = 4_000
const farArgument = 400
// How long a class or a function may be.
const farDefinition = 20_000
const named = new RegExp(trusted, 'i')
const definition = /^([ \t]*)(?:async )?def \w+/gm
const hook = /@\w+\.before_(?:app_)?request\b[^\n]*\n(?:@[^\n]*\n)*(?:async )?def [^\n]*\n((?:(?:[ \t][^\n]*)?\n)*)/g
const dependencies = new RegExp(`\\b(?:dependencies|permission_classes)\\s*=\\s*[[(][^\\])\\n]{0,200}${trusted}`, 'i')
const asks = new RegExp(`\\b(?:is|has|require[sd]?|ensure|check|verify|only|must_be|current|get)_?\\w*${trusted}|\\.has_perms?\\(|\\.(?:is_granted|authorize|can)\\(`, 'i')
const refuses = /\babort\(|\braise\b|\breturn\b/

/** Only privileged users reach the place: an administrator's tool may run what it is told. */
export function isForTrusted(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - farDefinition), start)
  const own = [...before.matchAll(definition)].at(-1)
  if (own === undefined) return false
  if (asks.test(before.slice(own.index)) || named.test(decoratorsAbove(before, own.index))) return true
  const owner = [...before.slice(0, own.index).matchAll(/^class [^\n]*/gm)].at(-1)
  if (own[1] !== '' && owner !== undefined && (named.test(basesOf(owner[0])) || dependencies.test(before.slice(owner.index, own.index)))) return true
  return new RegExp(`\\bdependencies\\s*=\\s*\\[[^\\]\\n]{0,200}${trusted}`, 'i').test(text) || [...text.matchAll(hook)].some(([whole, body = '']) => named.test(whole) && refuses.test(body))
}

const basesOf = (head: string): string => head.slice(head.indexOf('(') + 1)

/** The decorators directly above a definition. */
function decoratorsAbove(text: string, start: number): string {
  const lines = text.slice(Math.max(0, start - farthest), start).split('\n').slice(0, -1)
  const found: string[] = []
  for (const line of lines.reverse()) {
    if (!/^\s*(?:@|[\w"'*[(][^=]*,?$|\)$)/.test(line) || found.length > 20) break
    found.push(line)
  }
  return found.join('\n')
}

const plainType = /^(?:(?:typing\.)?(?:Optional|Annotated|Union|List|list|Sequence|Set|set)\b.*|str|bytes|dict|Any|object|Path|pathlib\.Path|UploadFile|SecretStr|EmailStr|None)\b/
// Types and validators that accept only listed texts, numbers, or texts of a pattern.
const limits = /\bLiteral\b|\bint\b|\bfloat\b|\bbool\b|\bUUID\d?\b|\bdate(?:time)?\b|\bDecimal\b|\bEnum\b|\b(?:pattern|regex)\s*=|\b(?:OneOf|AnyOf|Regexp|ChoiceField|TypedChoiceField|ModelChoiceField|IntegerField|UUIDField|SlugField|DateField|SelectField|RadioField|UUIDField|Integer|Enum)\(/

/** A type, a model or a route in the file restricts the field. */
export function isLimited(text: string, start: number, origin: string): boolean {
  const [first = '', ...rest] = origin.split(/[.[\]'"()]+/).filter((part) => part !== '')
  const before = text.slice(Math.max(0, start - farDefinition), start)
  const own = [...before.matchAll(definition)].at(-1)
  if (own === undefined || !/^\w+$/.test(first)) return false
  const last = /\w+(?=\W*$)/.exec(origin)?.[0]
  if (last !== undefined && new RegExp(`/[{<]${last}:(?!path\\b|str\\b)|\\(\\?P<${last}>(?!\\.)`).test(text)) return true
  const declared = new RegExp(`[(,]\\s*(?:#[^\\n]*\\n\\s*)*${first}\\s*:\\s*([^\\n=]+?(?:\\[[^\\n]*\\])?)\\s*(?:=\\s*([^\\n]*?))?\\s*(?:,\\s*(?:\\n|\\w+\\s*[:=)])|\\)|\\n)`).exec(before.slice(own.index, own.index + farthest))
  const [, type = '', preset = ''] = declared ?? []
  if (declared === null) return false
  if (/\b(?:pattern|regex)\s*=/.test(`${type}${preset}`)) return true
  const [model] = /^(?:[a-z_]\w*\.)*[A-Z]\w*/.exec(type) ?? []
  if (model === undefined || plainType.test(type)) return false
  const body = new RegExp(`^class ${model}\\b([^\\n]*)\\n((?:(?:[ \\t][^\\n]*)?\\n)*)`, 'm').exec(text)
  const field = rest.find((name) => name !== 'value' && name !== 'get')
  // A model of another file may validate its fields.
  if (body === null) return /^[A-Z]/.test(model) && !/Request|WebSocket|Connection|Scope|Form|Body|Query|Dict/.test(model)
  if (/Enum\b/.test(body[1] ?? '')) return true
  const fields = [...new Set(field === undefined ? [...text.slice(start - before.length + own.index, start + farArgument).matchAll(new RegExp(`\\b${first}\\.(\\w+)`, 'g'))].map(([, name = '']) => name) : [field])]
  return fields.length > 0 && fields.every((name) => isLimitedField(text, body[2] ?? '', name))
}

function isLimitedField(text: string, body: string, field: string): boolean {
  const [, type] = new RegExp(`^[ \\t]+${field}\\s*[:=]([^\\n]*)`, 'm').exec(body) ?? []
  return type !== undefined && (limits.test(type) || isEnumOf(text, type))
}

const isEnumOf = (text: string, type: string): boolean => {
  const [name] = /\b[A-Z]\w*/.exec(type) ?? []
  return name !== undefined && new RegExp(`^class ${name}\\([^\\n]*Enum\\b`, 'm').test(text)
}
