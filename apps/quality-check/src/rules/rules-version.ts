import { createHash } from 'node:crypto'
import { rules } from '../../gen/rules.ts'
import { oxlintSettings } from './oxlint-settings.ts'
import { ruffSettings } from './ruff-settings.ts'
import { ruleTable } from './rule-table.ts'

const everyClass = (['source', 'test', 'package', 'stub', 'docs'] as const).map(ruffSettings)
// Includes the source of functions, because they are part of a rule.
const written = (_key: string, value: unknown) => (typeof value === 'function' ? String(value) : value instanceof RegExp ? value.source : value)

/** A hash that changes with every change of a rule or an engine's setting. */
export const rulesVersion = createHash('sha256').update(JSON.stringify([ruleTable, rules, oxlintSettings, everyClass], written)).digest('hex')
