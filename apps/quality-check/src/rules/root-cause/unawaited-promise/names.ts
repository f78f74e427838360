import { changing } from '../../../syntax/verbs.ts'

const changes = new RegExp(`^_*(?:(?:${changing})(?:_all)?(?=[A-Z_]|$)|(?:send|write|update|delete|remove|archive|register|reserve|import|export|notify)(?=[A-Z_]))`)
// Such work may be late or fail without harm.
const bestEffort = /cache|telemetry|analytic|metric|track|log|trace|debug|te?mp|prefetch|warm|beacon|background|later|async|activity|event|audit/i

/** Whether the name of a function says that it changes something, so that it matters whether it is done. */
export const isDone = (name: string): boolean => changes.test(name) && !bestEffort.test(name)
