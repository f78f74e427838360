import * as z from 'zod'
import { shown, type Api } from '@elder/dialects'
import { schemaWords, ServiceError } from '@elder/errors'

const name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'must be 1 to 63 letters, digits, dots, dashes or underscores')
const modelId = z.string().min(1, 'must be the id of a model').max(200, 'must be at most 200 characters long')
const plainModelId = modelId.refine((id) => !id.includes('*'), 'must be one id, without *')
const milliseconds = (most: number) => z.int(`must be a whole number of milliseconds from 1 to ${most}`).min(1, `must be from 1 to ${most} milliseconds`).max(most, `must be from 1 to ${most} milliseconds`)
const tokenPrice = z.number('must be a number: the price of a million tokens').min(0, 'must not be negative').max(1_000_000, 'must be the price of a million tokens, at most 1000000')
const tokenPrices = { input: tokenPrice, output: tokenPrice, cachedInput: tokenPrice.optional(), cacheWrite: tokenPrice.optional() }
const tierName = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'must be a tier of service as requests name it, such as flex or priority')
const fileName = z.string().min(1, 'must name a file')
const api = z.enum(['chat', 'responses', 'completions', 'embeddings', 'messages', 'count_tokens'], 'must be one of chat, responses, completions, embeddings, messages, count_tokens')

// Whatever identifies Elder at the provider stands in the key file; the rest is set by the connection itself.
const notOurs = new Set(['authorization', 'x-api-key', 'api-key', 'cookie', 'proxy-authorization', 'host', 'content-length', 'content-type', 'transfer-encoding', 'connection', 'accept-encoding', 'expect', 'upgrade', 'te'])
const headers = z
  .record(
    z.string().regex(/^[a-z0-9!#$%&'*+.^_`|~-]+$/i, 'must be the name of a header'),
    z.string('must be text').regex(/^[\x20-\x7e]{1,1000}$/, 'must be 1 to 1000 printable ASCII characters'),
  )
  .superRefine((value, context) => {
    for (const header of Object.keys(value)) {
      if (notOurs.has(header.toLowerCase())) context.addIssue({ code: 'custom', path: [header], message: 'cannot be set here: the provider\'s key is read from keyFile, the others are set by the connection', input: value[header] })
    }
  })

const address = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine((text) => URL.canParse(text) && new URL(text).username === '', 'must hold no user or password')

const entry = z
  .strictObject({
    name,
    baseUrl: address.refine((text) => URL.canParse(text) && new URL(text).search === '' && new URL(text).hash === '', 'must end with its path, usually /v1'),
    dialect: z.enum(['openai', 'anthropic'], 'must be openai or anthropic').default('openai'),
    apis: z.array(api).min(1, 'must name at least one; leave it out for what the dialect usually offers').optional(),
    keyFile: fileName.optional(),
    headers: headers.default({}),
    models: z.array(modelId).min(1, 'names no model: leave it out to send every model there').max(1_000, 'names more than 1000 models: use a pattern with *').optional(),
    aliases: z.record(plainModelId, plainModelId).default({}),
    weight: z.number('must be a number above 0').positive('must be above 0: remove a provider that shall get nothing').max(1_000, 'must be at most 1000').default(1),
    priority: z.int('must be a whole number from 0 to 9').min(0, 'must be from 0 to 9').max(9, 'must be from 0 to 9').default(0),
    prices: z.record(modelId, z.strictObject({ ...tokenPrices, tiers: z.record(tierName, z.strictObject(tokenPrices)).optional() })).default({}),
    timeouts: z
      .strictObject({ connectMs: milliseconds(60_000).default(5_000), firstByteMs: milliseconds(3_600_000).optional(), wholeMs: milliseconds(3_600_000).optional(), idleMs: milliseconds(3_600_000).optional() })
      .default({ connectMs: 5_000 }),
    proxy: z.union([z.literal('none'), address], 'must be an http or https address without user and password, or none').optional(),
    caFile: fileName.optional(),
    probe: z.strictObject({ path: z.string().regex(/^\/[\x21-\x7e]*$/, 'must be a path that follows the base URL, such as /models').default('/models'), everyMs: milliseconds(600_000).default(5_000) }).optional(),
    breaker: z.strictObject({ failures: z.int('must be a whole number').min(1, 'must be at least 1').max(1_000_000, 'must be at most 1000000').default(5), pauseMs: milliseconds(600_000).default(1_000) }).default({ failures: 5, pauseMs: 1_000 }),
    hedgeAfterMs: milliseconds(600_000).optional(),
  })
  .superRefine((value, context) => {
    for (const [alias, target] of Object.entries(value.aliases)) {
      const contradicts = (message: string) => context.addIssue({ code: 'custom', path: ['aliases', alias], message, input: target })
      if (value.models?.includes(alias) === true && alias !== target) contradicts('contradicts models, which lists the same name as an id of the provider: remove one of them')
      else if (value.aliases[target] !== undefined && target !== alias) contradicts('leads to another alias: name the provider\'s own id')
    }
    for (const offered of value.apis ?? []) {
      if (!apisOf[value.dialect].has(offered)) context.addIssue({ code: 'custom', path: ['apis'], message: `cannot hold ${offered} with dialect ${value.dialect}, which has ${[...apisOf[value.dialect]].join(', ')}`, input: value.apis })
    }
  })

const apisOf: Readonly<Record<'openai' | 'anthropic', ReadonlySet<Api>>> = {
  openai: new Set(['chat', 'responses', 'completions', 'embeddings']),
  anthropic: new Set(['messages', 'count_tokens']),
}
const usualApis: Readonly<Record<'openai' | 'anthropic', readonly Api[]>> = { openai: ['chat', 'completions', 'embeddings'], anthropic: ['messages', 'count_tokens'] }

const list = z.array(entry, 'must be a list of providers').max(200, 'holds more than 200 providers')

/** The settings of one provider of models, with defaults filled in. They never contain secrets, but name files. */
export type ProviderSettings = Readonly<Omit<z.output<typeof entry>, 'apis'>> & {
  /** The wire formats that the provider itself speaks. */
  readonly apis: readonly Api[]
}

/** What is wrong with one field of the settings, and what to do about it. */
export interface SettingFault {
  readonly field: string
  readonly problem: string
}

/** Reads provider settings from JSON. Throws invalid_argument that lists every fault; its field is the first fault's. */
export function parseProviderSettings(json: string): ProviderSettings[] {
  const { settings, faults } = readProviderSettings(json)
  if (faults.length > 0) throw refusedSettings(faults)
  return settings
}

export function refusedSettings(faults: readonly SettingFault[]): ServiceError {
  const more = faults.length > 8 ? `; and ${faults.length - 8} more` : ''
  return new ServiceError('invalid_argument', `${faults.slice(0, 8).map(faultText).join('; ')}${more}`, { reason: 'INVALID_SETTING', field: faults[0]?.field ?? 'providers' })
}

export const faultText = ({ field, problem }: SettingFault) => `${field}: ${problem}`

/** The same for callers that report faults themselves: if there are any, the settings are empty. */
export function readProviderSettings(json: string): { settings: ProviderSettings[]; faults: SettingFault[] } {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    return { settings: [], faults: [{ field: 'providers', problem: `cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}` }] }
  }
  const parsed = list.safeParse(value, { reportInput: true, error: schemaWords })
  if (!parsed.success) return { settings: [], faults: oncePerField(parsed.error.issues.map((issue) => faultOf(issue, value))) }
  const twice = parsed.data.findIndex((one, index) => parsed.data.findIndex((other) => other.name === one.name) !== index)
  if (twice >= 0) return { settings: [], faults: [{ field: `providers[${twice}].name`, problem: `two providers are called ${parsed.data[twice]?.name}: give one of them another name` }] }
  const settings = parsed.data.map((one) => ({ ...one, baseUrl: one.baseUrl.replace(/\/+$/, ''), apis: one.apis ?? usualApis[one.dialect] }))
  return { settings, faults: [] }
}

/** One mistake may break several rules of its field: the first says what to do. */
function oncePerField(faults: readonly SettingFault[]): SettingFault[] {
  return faults.filter(({ field }, index) => faults.findIndex((other) => other.field === field) === index)
}

function faultOf(issue: z.core.$ZodIssue, value: unknown): SettingFault {
  const field = issue.path.reduce<string>((path, part) => (typeof part === 'number' ? `${path}[${part}]` : `${path}.${String(part)}`), 'providers')
  const whose = nameIn(value, issue.path[0])
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const hint = /key|token|secret|password/i.test(key) ? 'a key is never a setting: write it to a file and name that in keyFile' : 'remove it or correct its name'
    return { field: `${field}.${key}`, problem: `is an unknown field${whose}: ${hint}` }
  }
  if (issue.code === 'invalid_key') return { field, problem: `${issue.issues[0]?.message ?? 'has a name that is not allowed'}${whose}` }
  const message = issue.code === 'invalid_type' && issue.input === undefined ? 'is required' : issue.message
  return { field, problem: `${message}${whose}${issue.input === undefined || mayBeSecret(field, issue.input) ? '' : `, got ${shown(issue.input)}`}` }
}

/** A refused value may be a secret, so it must not appear in a log. */
function mayBeSecret(field: string, input: unknown): boolean {
  return field.includes('.headers') || (typeof input === 'string' && /[@?#]/.test(input))
}

function nameIn(value: unknown, index: PropertyKey | undefined): string {
  const one: unknown = Array.isArray(value) && typeof index === 'number' ? value[index] : undefined
  const named = typeof one === 'object' && one !== null && 'name' in one ? one.name : undefined
  return typeof named === 'string' ? ` (provider ${named.slice(0, 63)})` : ''
}
