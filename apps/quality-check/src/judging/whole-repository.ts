import type { CheckOrder } from '../check-run.ts'
import type { CheckMode } from '../policy/settings.ts'

/** Whether all lines of a repository count, and nothing says which of them are new. */
export const isWholeRepository = ({ scope, mode }: { readonly scope: CheckOrder['scope']; readonly mode: CheckMode }): boolean => scope === 'repository' && mode === 'whole_file'
