import { QualityCheckServiceDefinition } from '@elder/contracts/quality'
import type { Database } from '@elder/postgres'
import { implement, type Implementation } from '@elder/rpc'
import type { Check } from './checks.ts'
import { repositoryHandlers } from './repository/rpc.ts'
import type { RepositoryChecks } from './repository/repository-checks.ts'
import { checkMethods } from './rpc/check-rpc.ts'
import { historyMethods } from './rpc/history-rpc.ts'
import { reportMethods } from './rpc/report-rpc.ts'
import { ruleMethods } from './rpc/rule-rpc.ts'
import { secretMethods, type SecretParts } from './rpc/secret-rpc.ts'
import { sessionMethods } from './rpc/session-rpc.ts'

export interface Parts {
  readonly check: Check
  readonly secrets: SecretParts
  readonly repositories: RepositoryChecks
  /** Throws while there is none. */
  readonly database: () => Database
  readonly now: () => Date
}

/** Every method of the service, and where it is. */
export function implementation({ check, secrets, repositories, database, now }: Parts): Implementation {
  return implement(QualityCheckServiceDefinition, {
    ...checkMethods(check),
    ...sessionMethods(check),
    ...repositoryHandlers(repositories),
    ...historyMethods(database),
    ...reportMethods(database, now),
    ...ruleMethods(),
    ...secretMethods(secrets),
  })
}
