import * as z from 'zod'
import { contextBody } from '../../continue/context.ts'
import { developmentDataBody } from '../../continue/development-data.ts'
import type { Operation } from '../operation.ts'

const item = z.strictObject({ name: z.string(), description: z.string(), content: z.string() })

export const editorOperations: readonly Operation[] = [
  {
    method: 'POST',
    path: '/continue/context',
    tag: 'sages',
    summary: "Continue's HTTP context provider: code and knowledge for the user's input",
    description: 'Errors are items too, because the editor shows nothing else.',
    body: contextBody,
    bodyExample: { query: 'retry failed payments', fullInput: '@elder retry failed payments', options: { k: 8 } },
    answers: { 200: { description: 'Knowledge first, then code, best first', schema: z.array(item), example: [{ name: 'src/payments.ts:10-24', description: 'code of example.com/team/shop', content: 'src/payments.ts:10-24\n```\nexport async function retry(payment)\n```' }] } },
  },
  {
    method: 'POST',
    path: '/continue/data',
    tag: 'platform',
    summary: "Continue's development data: counted, but not stored",
    body: developmentDataBody,
    bodyExample: { name: 'editOutcome', data: { accepted: true }, schema: '0.2.0', level: 'noCode' },
    answers: { 202: { description: 'The number of accepted events', schema: z.strictObject({ taken: z.int() }), example: { taken: 1 } } },
  },
]
