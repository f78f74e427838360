import type { __Service__ServiceDefinition } from '@elder/contracts/__name__'
import { ServiceError } from '@elder/errors'
import type { Handlers } from '@elder/rpc'

export function handlers(): Handlers<__Service__ServiceDefinition> {
  return {
    async greet({ name }, call) {
      if (name === '') throw new ServiceError('invalid_argument', 'name is empty; say who is to be greeted', { field: 'name' })
      return { greeting: `Hello ${name}, asks ${call.principal.name}` }
    },
  }
}
