import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import { KeyCreated, KeyRevoked, SettingChanged, TeamDeleted, TeamRenamed, UsagePolicyChanged, UserRoleChanged, UserTeamChanged } from '../gen/elder/auth/v1/events.ts'
import { EntriesInvalidated } from '../gen/elder/cache/v1/events.ts'
import { CompletionsFinished, RequestsAudited } from '../gen/elder/edge/v1/events.ts'
import { HealthChanged, Heartbeat, HeartbeatsAsked, MessageDropped, MessageReplayed } from '../gen/elder/monitoring/v1/events.ts'
import { CheckCompleted, GateFailed, PolicyChanged, RepositoryCheckChanged, RunRepositoryCheck } from '../gen/elder/quality/v1/events.ts'
import { ConsultationAnswered, KnowledgeChanged, RepositoryIndexed } from '../gen/elder/sage/v1/events.ts'

/** What is needed to write and read one message type. */
export interface Schema<T> {
  encode(message: T): BinaryWriter
  decode(input: BinaryReader | Uint8Array): T
}

/** A fact that is kept: published to a stream, consumed at least once. */
export interface EventType<T> {
  readonly kind: 'event'
  readonly subject: string
  readonly stream: StreamName
  readonly schema: Schema<T>
}

/** Work to be done once, in the background, by whichever instance takes it: kept until then. */
export interface JobType<T> {
  readonly kind: 'job'
  readonly subject: string
  readonly stream: 'ELDER_JOBS'
  readonly schema: Schema<T>
}

/** A message to current listeners only; it is not stored. */
export interface SignalType<T> {
  readonly kind: 'signal'
  readonly subject: string
  readonly schema: Schema<T>
}

export type StreamName = 'ELDER_EVENTS' | 'ELDER_JOBS' | 'ELDER_DEAD'

/** Every stream, its subjects and its retention: facts are kept for a time, jobs until they are done. */
export const streams = {
  ELDER_EVENTS: { subjects: ['elder.*.*.v1'], maxAgeDays: 7, retention: 'limits' },
  ELDER_JOBS: { subjects: ['job.>'], maxAgeDays: 7, retention: 'workqueue' },
  ELDER_DEAD: { subjects: ['dead.>'], maxAgeDays: 30, retention: 'limits' },
} as const satisfies Record<StreamName, { subjects: string[]; maxAgeDays: number; retention: 'limits' | 'workqueue' }>

const event = <T>(subject: string, schema: Schema<T>): EventType<T> => ({ kind: 'event', subject, stream: 'ELDER_EVENTS', schema })
const jobType = <T>(subject: string, schema: Schema<T>): JobType<T> => ({ kind: 'job', subject, stream: 'ELDER_JOBS', schema })
const signal = <T>(subject: string, schema: Schema<T>): SignalType<T> => ({ kind: 'signal', subject, schema })

export const keyCreated = event('elder.auth.key_created.v1', KeyCreated)
export const keyRevoked = event('elder.auth.key_revoked.v1', KeyRevoked)
export const userRoleChanged = event('elder.auth.user_role_changed.v1', UserRoleChanged)
export const userTeamChanged = event('elder.auth.user_team_changed.v1', UserTeamChanged)
export const teamRenamed = event('elder.auth.team_renamed.v1', TeamRenamed)
export const teamDeleted = event('elder.auth.team_deleted.v1', TeamDeleted)
export const usagePolicyChanged = event('elder.auth.usage_policy_changed.v1', UsagePolicyChanged)
export const settingChanged = event('elder.auth.setting_changed.v1', SettingChanged)
export const entriesInvalidated = event('elder.cache.entries_invalidated.v1', EntriesInvalidated)
/** A batch, because a busy edge publishes many at once. */
export const requestsAudited = event('elder.edge.requests_audited.v1', RequestsAudited)
/** A batch, because a busy edge publishes many at once. */
export const completionsFinished = event('elder.edge.completions_finished.v1', CompletionsFinished)
export const healthChanged = event('elder.monitoring.health_changed.v1', HealthChanged)
export const messageReplayed = event('elder.monitoring.message_replayed.v1', MessageReplayed)
export const messageDropped = event('elder.monitoring.message_dropped.v1', MessageDropped)
export const checkCompleted = event('elder.quality.check_completed.v1', CheckCompleted)
export const gateFailed = event('elder.quality.gate_failed.v1', GateFailed)
export const policyChanged = event('elder.quality.policy_changed.v1', PolicyChanged)
export const consultationAnswered = event('elder.sage.consultation_answered.v1', ConsultationAnswered)
export const knowledgeChanged = event('elder.sage.knowledge_changed.v1', KnowledgeChanged)
export const repositoryIndexed = event('elder.sage.repository_indexed.v1', RepositoryIndexed)

export const runRepositoryCheck = jobType('job.repository_check', RunRepositoryCheck)

export const heartbeat = signal('signal.heartbeat', Heartbeat)
export const heartbeatRequested = signal('signal.heartbeats_asked', HeartbeatsAsked)

export const repositoryCheckChanged = signal('signal.repository_check_changed', RepositoryCheckChanged)

/** The key-value store of live settings: a key is a setting's name, its value the encoded Setting. auth alone writes it. */
export const settingsStore = 'elder_settings'

/** Where a message is parked: `dead.` before its own subject. */
export const deadSubject = (subject: string): string => `dead.${subject}`
