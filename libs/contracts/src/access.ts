import {
  checkCompleted,
  completionsFinished,
  consultationAnswered,
  entriesInvalidated,
  gateFailed,
  healthChanged,
  heartbeat,
  heartbeatRequested,
  keyCreated,
  keyRevoked,
  knowledgeChanged,
  messageDropped,
  messageReplayed,
  policyChanged,
  repositoryCheckChanged,
  repositoryIndexed,
  requestsAudited,
  runRepositoryCheck,
  settingChanged,
  streams,
  teamDeleted,
  teamRenamed,
  usagePolicyChanged,
  userRoleChanged,
  userTeamChanged,
  type StreamName,
} from './events.ts'

interface Subject {
  readonly subject: string
}

/** What one service may do on the broker. */
export interface BrokerAccess {
  /** Facts, jobs and signals that it sends. */
  readonly publishes: readonly Subject[]
  /** Its durable consumers, and what each takes. */
  readonly consumes: Readonly<Record<string, Subject & { readonly stream: StreamName }>>
  /** What each of its instances receives while it is connected. */
  readonly hears: readonly Subject[]
  readonly settings: 'none' | 'read' | 'write'
  /** Lists, replays and drops parked messages. A replay is published again, so this includes publishing all that anybody consumes. */
  readonly deadLetters: boolean
  /** Brings streams that exist to what the contracts say. Others only create what is missing: who changes a stream's limits can empty it. */
  readonly updatesStreams: boolean
}

const access = (own: Partial<BrokerAccess>): BrokerAccess => ({
  consumes: {},
  settings: 'none',
  deadLetters: false,
  updatesStreams: false,
  ...own,
  publishes: [heartbeat, ...(own.publishes ?? [])],
  hears: [heartbeatRequested, ...(own.hears ?? [])],
})

const everyFact = { subject: streams.ELDER_EVENTS.subjects[0], stream: 'ELDER_EVENTS' } as const

/** Each service's access to the broker; it is refused everything else. Durable names are those of the service's consumers. */
export const brokerAccess = {
  auth: access({
    publishes: [keyCreated, keyRevoked, userRoleChanged, userTeamChanged, teamRenamed, teamDeleted, usagePolicyChanged, settingChanged],
    consumes: {
      'auth-audit-gathered': requestsAudited,
      'auth-usage-gathered': completionsFinished,
      'auth-audit-replayed': messageReplayed,
      'auth-audit-dropped': messageDropped,
      'auth-settings-store': settingChanged,
    },
    settings: 'write',
    updatesStreams: true,
  }),
  cache: access({ publishes: [entriesInvalidated], hears: [entriesInvalidated] }),
  'quality-check': access({
    publishes: [checkCompleted, gateFailed, policyChanged, runRepositoryCheck, repositoryCheckChanged],
    consumes: { 'quality-check-repositories': runRepositoryCheck },
    hears: [repositoryCheckChanged],
  }),
  'sage-consultation': access({ publishes: [consultationAnswered, knowledgeChanged, repositoryIndexed] }),
  monitoring: access({
    publishes: [healthChanged, messageReplayed, messageDropped, heartbeatRequested],
    consumes: { 'monitoring-counters': everyFact },
    hears: [heartbeat],
    deadLetters: true,
  }),
  'edge-proxy': access({
    publishes: [requestsAudited, completionsFinished],
    hears: [keyRevoked, userRoleChanged, userTeamChanged, teamRenamed, usagePolicyChanged],
    settings: 'read',
  }),
} as const satisfies Record<string, BrokerAccess>

export type BrokerUser = keyof typeof brokerAccess
export const brokerUsers = Object.keys(brokerAccess) as BrokerUser[]

/** Where a service receives its replies: no other service may subscribe there. */
export const inboxOf = (service: string): string => `_INBOX.${service}`
