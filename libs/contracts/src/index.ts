export {
  checkCompleted,
  completionFinished,
  consultationAnswered,
  deadSubject,
  entriesInvalidated,
  eventTypes,
  gateFailed,
  healthChanged,
  heartbeat,
  keyCreated,
  keyRevoked,
  knowledgeChanged,
  repositoryIndexed,
  requestAudited,
  streams,
  userRoleChanged,
} from './events.ts'
export type { EventType, Schema, SignalType, StreamName } from './events.ts'
