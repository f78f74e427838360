import { brokerAccess, brokerUsers, deadSubject, inboxOf, settingsStore, streams, type BrokerAccess, type BrokerUser, type StreamName } from '@elder/contracts'

interface Permissions {
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
}

const settingsStream = `KV_${settingsStore}`
const streamNames = Object.keys(streams) as StreamName[]
const consumed = brokerUsers.flatMap((user) => Object.values<{ subject: string }>(brokerAccess[user].consumes)).map(({ subject }) => subject)

/** The subjects by which a service does what the contracts let it do, those of JetStream's API among them. */
export function permissionsOf(user: BrokerUser): Permissions {
  const { publishes, consumes, hears, settings, deadLetters, updatesStreams }: BrokerAccess = brokerAccess[user]
  const subjects = [
    ...publishes.map(({ subject }) => subject),
    ...streamNames.map((stream) => api('STREAM.CREATE', stream)),
    ...(updatesStreams ? streamNames.flatMap((stream) => [api('STREAM.INFO', stream), api('STREAM.UPDATE', stream)]) : []),
    ...Object.entries(consumes).flatMap(([durable, { stream, subject }]) => [...consumer(stream, durable, subject), deadSubject(subject)]),
    ...(settings === 'none' ? [] : [api('INFO'), api('STREAM.INFO', settingsStream), api('STREAM.CREATE', settingsStream), api('STREAM.MSG.GET', settingsStream)]),
    ...(settings === 'write' ? [`$KV.${settingsStore}.>`] : []),
    ...(settings === 'read' ? watcher : []),
    ...(deadLetters ? [api('STREAM.INFO', 'ELDER_DEAD'), api('STREAM.MSG.GET', 'ELDER_DEAD'), api('STREAM.MSG.DELETE', 'ELDER_DEAD'), api('STREAM.NAMES'), api('CONSUMER.INFO', '*.*'), ...consumed] : []),
  ]
  return { publish: [...new Set(subjects)], subscribe: [`${inboxOf(user)}.>`, ...hears.map(({ subject }) => subject)] }
}

/** What a pulling consumer needs: to be created with this filter alone, compared and updated, asked, and answered. */
function consumer(stream: StreamName, durable: string, filter: string): string[] {
  const place = `${stream}.${durable}`
  // Newer servers name a domain and an account in what is acknowledged.
  return [api('CONSUMER.CREATE', `${place}.${filter}`), api('CONSUMER.INFO', place), api('CONSUMER.MSG.NEXT', place), `$JS.ACK.${place}.>`, `$JS.ACK.*.*.${place}.>`]
}

/** A key-value store is watched by a consumer that the client names by chance. */
const watcher = [api('CONSUMER.CREATE', `${settingsStream}.*.$KV.${settingsStore}.>`), api('CONSUMER.DELETE', `${settingsStream}.*`), api('CONSUMER.INFO', `${settingsStream}.*`), `$JS.FC.${settingsStream}.>`]

function api(call: string, place?: string): string {
  return ['$JS.API', call, ...(place === undefined ? [] : [place])].join('.')
}
