import { createHash } from 'node:crypto'
import { rules } from '../../gen/rules.ts'
import { oxlintSettings } from './oxlint-settings.ts'
import { ruffSettings } from './ruff-settings.ts'
import { ruleTable } from './rule-table.ts'

const everyClass = (['source', 'test', 'package', 'stub', 'docs'] as const).map(ruffSettings)
// A rule is its functions, too.
const written = (_key: string, value: unknown) => (typeof value === 'function' ? String(value) : value instanceof RegExp ? value.source : value)

/** Changes whenever a rule or an engine's setting does, with nobody having to remember it. */
export const rulesVersion = createHash('sha256').update(JSON.stringify([ruleTable, rules, oxlintSettings, everyClass], written)).digest('hex')
