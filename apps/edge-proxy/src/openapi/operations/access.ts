import * as z from 'zod'
import { auditQuery, keysQuery, newKey } from '../../rest/keys.ts'
import { apiKey, auditEntry, pageOf } from '../answers.ts'
import type { Operation } from '../operation.ts'

const key = { id: 'Zk3vQ9aT', userId: '0199c0de-7c2a-7000-8000-000000000003', userName: 'ada', role: 'developer', label: 'laptop', createdAt: '2026-01-31T12:00:00Z' }

export const accessOperations: readonly Operation[] = [
  { method: 'GET', path: '/v1/keys', tag: 'access', summary: 'API keys: your own; for leads, those of all users', query: keysQuery, answers: { 200: { description: 'A page', schema: pageOf(apiKey), example: { items: [key], nextCursor: null } } } },
  {
    method: 'POST',
    path: '/v1/keys',
    tag: 'access',
    summary: 'Create a key',
    description: 'Only this answer contains the secret; it cannot be retrieved later.',
    body: newKey,
    bodyExample: { userName: 'ada', role: 'developer', label: 'laptop' },
    answers: { 201: { description: 'The key and its secret', schema: z.strictObject({ key: apiKey.optional(), secret: z.string() }), example: { key, secret: 'elder_Zk3vQ9aT_…' } } },
  },
  { method: 'DELETE', path: '/v1/keys/:id', tag: 'access', summary: 'Revoke a key, everywhere within a second', answers: { 200: { description: 'The key as it is now', schema: apiKey, example: { ...key, revokedAt: '2026-02-01T08:00:00Z' } } } },
  { method: 'GET', path: '/v1/audit', tag: 'access', summary: 'The audit log, newest first', query: auditQuery, answers: { 200: { description: 'A page', schema: pageOf(auditEntry), example: { items: [], nextCursor: null } } } },
  {
    method: 'GET',
    path: '/v1/audit/verification',
    tag: 'access',
    summary: 'Verify the hash chain of the audit log',
    answers: {
      200: {
        description: 'Whether it is intact, and the first broken entry if not',
        schema: z.strictObject({ intact: z.boolean(), entries: z.int(), headHash: z.string(), firstBrokenSequence: z.int().nullable(), reason: z.string() }),
        example: { intact: true, entries: 1204, headHash: '5be1', firstBrokenSequence: null, reason: '' },
      },
    },
  },
]
