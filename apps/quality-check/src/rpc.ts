import { QualityCheckServiceDefinition } from '@elder/contracts/quality'
import { implementSome, type Implementation } from '@elder/rpc'

/** Methods of the service, as each file that translates brings its own. */
export type QualityMethods = Parameters<typeof implementSome<QualityCheckServiceDefinition>>[1]

/** The service's methods, from every file that has some. */
export function implementation(...methods: readonly QualityMethods[]): Implementation {
  return implementSome(QualityCheckServiceDefinition, Object.assign({}, ...methods) as QualityMethods)
}
