import * as z from 'zod'
import { consultationBody } from '../../rest/consultations.ts'
import { listQuery, newEntry, nextVersion, versionQuery } from '../../rest/knowledge.ts'
import { filesBody, manifestBody, searchBody } from '../../rest/repositories.ts'
import { consultation, hit, knowledge, pageOf, skipped } from '../answers.ts'
import type { Operation } from '../operation.ts'

const paths = z.array(z.string())
const decision = { id: '0199c0de-7c2a-7000-8000-000000000002', version: 1, title: 'Payments are retried three times', body: 'With a pause that doubles; then a person decides.', tags: ['payments'], kind: 'decision' }
const newDecision = { title: decision.title, body: decision.body, tags: decision.tags, kind: 'decision' }
const answered = {
  answer: 'Failed payments are retried three times.',
  citations: [{ source: 'knowledge', id: decision.id, version: 1, title: decision.title, score: 0.82 }],
  sages: [{ name: 'knowledge', status: 'answered', tookMs: 12 }],
  cached: false,
}

export const sageOperations: readonly Operation[] = [
  {
    method: 'POST',
    path: '/v1/consultations',
    tag: 'sages',
    summary: 'Ask the sages',
    body: consultationBody,
    bodyExample: { question: 'How do we retry failed payments?' },
    answers: { 200: { description: 'An answer with citations; sages that did not answer are named', schema: consultation, example: answered, events: { text: z.strictObject({ text: z.string() }), consultation } } },
  },
  {
    method: 'POST',
    path: '/v1/searches',
    tag: 'sages',
    summary: 'Search the indexed code',
    body: searchBody,
    bodyExample: { query: 'retry payment', limit: 5 },
    answers: { 200: { description: 'Best first', schema: z.strictObject({ hits: z.array(hit), tookMs: z.int() }), example: { hits: [{ repository: 'example.com/team/shop', path: 'src/payments.ts', startLine: 10, endLine: 24, score: 0.9, preview: 'export async function retry(payment)' }], tookMs: 14 } } },
  },
  {
    method: 'POST',
    path: '/v1/repositories/:id/manifest',
    tag: 'sages',
    summary: 'Send the list of files of a repository; the answer names those that must be sent',
    body: manifestBody,
    bodyExample: { files: [{ path: 'src/payments.ts', sha256: 'a'.repeat(64) }] },
    answers: {
      200: {
        description: 'The files that must be sent',
        schema: z.strictObject({ missing: paths, removed: z.int(), unchanged: z.int(), skipped: z.array(skipped), totalFiles: z.int(), totalChunks: z.int() }),
        example: { missing: ['src/payments.ts'], removed: 0, unchanged: 0, skipped: [], totalFiles: 0, totalChunks: 0 },
      },
    },
  },
  {
    method: 'PUT',
    path: '/v1/repositories/:id/files',
    tag: 'sages',
    summary: 'Send files of a repository, in base64',
    body: filesBody,
    bodyExample: { files: [{ path: 'src/payments.ts', content: 'ZXhwb3J0IHt9Cg==' }] },
    answers: {
      200: {
        description: 'How many files were added and changed',
        schema: z.strictObject({ added: z.int(), changed: z.int(), chunks: z.int(), skipped: z.array(skipped), totalFiles: z.int(), totalChunks: z.int() }),
        example: { added: 1, changed: 0, chunks: 1, skipped: [], totalFiles: 1, totalChunks: 1 },
      },
    },
  },
  { method: 'GET', path: '/v1/knowledge', tag: 'sages', summary: "The team's knowledge", query: listQuery, answers: { 200: { description: 'A page', schema: pageOf(knowledge), example: { items: [decision], nextCursor: null } } } },
  { method: 'POST', path: '/v1/knowledge', tag: 'sages', summary: 'Add an entry', body: newEntry, bodyExample: newDecision, answers: { 201: { description: 'The entry', schema: knowledge, example: decision } } },
  { method: 'GET', path: '/v1/knowledge/:id', tag: 'sages', summary: 'One entry, or an earlier version of it', query: versionQuery, answers: { 200: { description: 'The entry', schema: knowledge, example: decision } } },
  {
    method: 'PUT',
    path: '/v1/knowledge/:id',
    tag: 'sages',
    summary: 'Write the next version',
    description: '409 when it was changed after baseVersion.',
    body: nextVersion,
    bodyExample: { ...newDecision, baseVersion: 1 },
    answers: { 200: { description: 'The entry', schema: knowledge, example: { ...decision, version: 2 } } },
  },
  {
    method: 'DELETE',
    path: '/v1/knowledge/:id',
    tag: 'sages',
    summary: 'Delete an entry',
    answers: { 200: { description: 'Deleted', schema: z.strictObject({ id: z.string(), deleted: z.literal(true) }), example: { id: decision.id, deleted: true } } },
  },
]
