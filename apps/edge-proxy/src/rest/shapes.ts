import type { ApiKey, AuditEntry } from '@elder/contracts/auth'
import { State, type GetHealthResponse } from '@elder/contracts/monitoring'
import type { Citation, Consultation, Hit, Knowledge, SageResult, SkippedFile } from '@elder/contracts/sage'
import { roleNames } from '@elder/rpc'

// Converts messages of the contracts into the JSON of the public interface.

const stateNames: Record<State, string> = {
  [State.STATE_UNSPECIFIED]: 'unknown',
  [State.STATE_UP]: 'up',
  [State.STATE_DEGRADED]: 'degraded',
  [State.STATE_DOWN]: 'down',
  [State.UNRECOGNIZED]: 'unknown',
}

/** Leaves out a field whose text is empty, which means "none" in the contracts. */
export const unlessEmpty = <K extends string>(name: K, value: string): { [P in K]?: string } => (value === '' ? {} : ({ [name]: value } as { [P in K]: string }))

const citationShape = (citation: Citation) => ({
  source: citation.source,
  ...unlessEmpty('repository', citation.repository),
  ...unlessEmpty('path', citation.path),
  ...(citation.startLine > 0 && { startLine: citation.startLine, endLine: citation.endLine }),
  ...unlessEmpty('id', citation.id),
  ...(citation.version > 0 && { version: citation.version }),
  ...unlessEmpty('title', citation.title),
  score: citation.score,
})

const sageShape = (sage: SageResult) => ({ name: sage.name, status: sage.status, tookMs: sage.tookMillis })

export const consultationShape = (consultation: Consultation) => ({
  answer: consultation.answer,
  citations: consultation.citations.map(citationShape),
  sages: consultation.sages.map(sageShape),
  cached: consultation.cached,
})

export const hitShape = ({ repository, path, startLine, endLine, score, preview }: Hit) => ({ repository, path, startLine, endLine, score, preview })

export const skippedShape = ({ path, reason }: SkippedFile) => ({ path, reason })

export const knowledgeShape = (knowledge: Knowledge) => ({
  id: knowledge.id,
  version: knowledge.version,
  title: knowledge.title,
  body: knowledge.body,
  tags: knowledge.tags,
  ...unlessEmpty('source', knowledge.source),
  ...unlessEmpty('kind', knowledge.kind),
  createdAt: knowledge.createdAt,
  updatedAt: knowledge.updatedAt,
  ...unlessEmpty('updatedBy', knowledge.updatedBy),
})

export const keyShape = (key: ApiKey) => ({
  id: key.id,
  userId: key.userId,
  userName: key.userName,
  role: roleNames[key.role],
  ...unlessEmpty('label', key.label),
  createdAt: key.createdAt,
  ...(key.expiresAt && { expiresAt: key.expiresAt }),
  ...(key.revokedAt && { revokedAt: key.revokedAt }),
  ...(key.requestsPerMinute > 0 && { requestsPerMinute: key.requestsPerMinute }),
})

export const auditShape = (entry: AuditEntry) => ({
  sequence: Number(entry.sequence),
  factId: entry.factId,
  occurredAt: entry.occurredAt,
  ...unlessEmpty('subject', entry.subject),
  ...unlessEmpty('keyId', entry.keyId),
  action: entry.action,
  target: entry.target,
  outcome: entry.outcome,
  detail: detailOf(entry.detailJson),
  previousHash: entry.previousHash,
  hash: entry.hash,
})

export const healthShape = (health: GetHealthResponse) => ({
  state: stateNames[health.state],
  causes: health.causes.map(({ component, reason, affects, remedy }) => ({ component, reason, affects, remedy })),
  services: health.services.map(({ name, state, version, instances, lastSeenAt, dependencies }) => ({
    name,
    state: stateNames[state],
    version,
    instances,
    lastSeenAt,
    dependencies: dependencies.map(({ name: dependency, up, required, reason }) => ({ name: dependency, up, required, ...unlessEmpty('reason', reason) })),
  })),
  events: health.events.map(({ subject, total, lastMinute }) => ({ subject, total: Number(total), lastMinute: Number(lastMinute) })),
})

function detailOf(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}
