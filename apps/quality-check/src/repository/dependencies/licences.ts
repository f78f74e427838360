import * as z from 'zod'
import type { GatePolicy } from '../../policy.ts'
import { flaw, type Flaw } from './flaw.ts'
import type { pinnedVersions } from './locking.ts'

type LicencePolicy = GatePolicy['dependencies']['licences']
type Pinned = ReturnType<typeof pinnedVersions>[number]

const mostNamed = 3
const largestManifest = 262_144
const installed = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/
const licenceField = z.union([z.string(), z.looseObject({ type: z.string() }).transform(({ type }) => type), z.array(z.looseObject({ type: z.string() })).transform((all) => all.map(({ type }) => type).join(' OR '))])
const manifest = z.looseObject({ name: z.string(), version: z.string(), license: licenceField.optional().catch(undefined), licenses: licenceField.optional().catch(undefined) })

export const judgesLicences = ({ allow, deny }: LicencePolicy): boolean => allow.length > 0 || deny.length > 0

/** The licence in a package.json, in the current and the older forms of the field. */
export const licenceIn = (value: unknown): string | undefined => licenceField.safeParse(value).data

/** Licences of installed packages whose manifests are among the files. */
export class InstalledLicences {
  readonly #licences = new Map<string, string>()

  add(path: string, content: Uint8Array): void {
    if (!installed.test(path) || content.length > largestManifest) return
    const { name, version, license, licenses } = readManifest(content) ?? {}
    const licence = license ?? licenses
    if (name !== undefined && licence !== undefined) this.#licences.set(`${name}\0${version}`, licence)
  }

  of({ name, version }: Pick<Pinned, 'name' | 'version'>): string | undefined {
    return this.#licences.get(`${name}\0${version}`)
  }
}

function readManifest(content: Uint8Array): z.infer<typeof manifest> | undefined {
  try {
    return manifest.safeParse(JSON.parse(new TextDecoder().decode(content))).data
  } catch (error) {
    // The licence of an unreadable manifest is unknown, and the report says so.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Finds pinned versions whose licence the policy does not allow. `problem` says why some could not be judged; it is empty when all were. */
export function judgeLicences(pinned: readonly Pinned[], licenceOf: (each: Pinned) => string | undefined, policy: LicencePolicy): { flaws: Flaw[]; problem: string } {
  const unknown = new Set<string>()
  const flaws = pinned.flatMap((each) => {
    const licence = licenceOf(each)
    const allowed = licence === undefined ? undefined : isAllowed(licence, policy)
    if (allowed === undefined) unknown.add(each.name)
    return allowed === false ? [denied(each, licence ?? '', policy)] : []
  })
  const named = [...unknown].slice(0, mostNamed).join(', ')
  const problem = unknown.size === 0 ? '' : `nothing says the licence of ${named}${unknown.size > mostNamed ? ` and ${unknown.size - mostNamed} more` : ''}: package-lock.json does, or the package.json files in node_modules when they are sent`
  return { flaws, problem }
}

function denied({ ecosystem, name, version, path, line }: Pinned, licence: string, { deny }: LicencePolicy): Flaw {
  const why = deny.length > 0 && isAllowed(licence, { allow: [], deny }) === false ? 'which elder.yaml denies' : 'which is none of those that elder.yaml allows'
  return flaw('denied-licence', { ecosystem, name }, { path, line, column: 1, endLine: line, endColumn: 2 }, `${name} ${version} is licensed under ${licence}, ${why}`, `Replace ${name}, or have its licence allowed in elder.yaml.`)
}

/** Of alternatives (OR) one must be allowed, of combinations (AND) all. Returns undefined for text that is not an SPDX expression. */
export function isAllowed(expression: string, { allow, deny }: LicencePolicy): boolean | undefined {
  const tokens = expression.match(/[()]|[A-Za-z0-9.+:-]+|\S/g) ?? []
  const has = (list: readonly string[], id: string) => list.some((each) => each.toLowerCase() === id.toLowerCase())
  const fits = (id: string) => !has(deny, id) && (allow.length === 0 || has(allow, id))
  let at = 0

  function alternatives(): boolean | undefined {
    let result = together()
    while (tokens[at]?.toUpperCase() === 'OR' && result !== undefined) {
      at++
      const next = together()
      result = next === undefined ? undefined : result || next
    }
    return result
  }
  function together(): boolean | undefined {
    let result = one()
    while (tokens[at]?.toUpperCase() === 'AND' && result !== undefined) {
      at++
      const next = one()
      result = next === undefined ? undefined : result && next
    }
    return result
  }
  function one(): boolean | undefined {
    const token = tokens[at++]
    if (token === '(') {
      const inner = alternatives()
      return tokens[at++] === ')' ? inner : undefined
    }
    if (token === undefined || !/^[A-Za-z0-9]/.test(token)) return undefined
    // An exception (WITH) only grants additional rights.
    if (tokens[at]?.toUpperCase() === 'WITH') at += 2
    return fits(token)
  }

  const result = alternatives()
  return at === tokens.length ? result : undefined
}
