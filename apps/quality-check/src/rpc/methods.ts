import type { QualityCheckServiceDefinition } from '@elder/contracts/quality'
import type { Handlers } from '@elder/rpc'

/** Methods of the service, of which each file here brings some. */
export type QualityMethods = Partial<Handlers<QualityCheckServiceDefinition>>
