import { blockingCall } from '../../../javascript/blocking-calls.ts'
import { requestHandlerAround } from '../../../javascript/handlers.ts'
import { enclosingFunction } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'

// Reading a small file is fast. The duration of these depends on their input.
const heavy = /(exec|execFile|spawn|pbkdf2|scrypt|generateKeyPair|zip|unzip|flate|Compress|Decompress|hash|compare)Sync$/

export const rule: JavaScriptRule = {
  id: 'blocking-call-in-async',
  kind: 'javascript',
  title: 'Blocking call in an asynchronous function',
  why: 'Whoever calls an asynchronous function expects the process to go on meanwhile; here it stands still.',
  fix: 'Await the asynchronous form of the call.',
  category: 'performance',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript'],
  inTests: 'off',
  on: {
    CallExpression(node, context) {
      const name = blockingCall(node)
      if (name === undefined || enclosingFunction(context.ancestors)?.async !== true || requestHandlerAround(context.ancestors) !== undefined) return
      // A script that is run by hand blocks nobody else.
      if (!context.text.startsWith('#!') && heavy.test(name)) context.report(node, { message: `${name}() blocks the process inside an asynchronous function` })
    },
  },
}
