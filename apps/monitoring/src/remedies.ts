import type { Trouble } from './assessment.ts'

/** dependency: something that is not a service of ours. unreachable: a service that runs, but not for everybody. parked: messages that no service could take. */
export type Fault = Trouble['kind'] | 'dependency' | 'unreachable' | 'parked'

// What `./elder up` runs when it was given no server of another's.
const backingServers: ReadonlySet<string> = new Set(['nats', 'redis', 'postgres'])

/** What a person does about a fault: a command, and what it is for. */
export function remedyFor(component: string, fault: Fault): string {
  const rules: Record<Fault, string> = {
    absent: `\`./elder up\` starts it again; \`./elder logs ${component}\` says why it ended`,
    crashing: `\`./elder logs ${component}\` says why it keeps ending`,
    instance_lost: `\`./elder status\` shows which instances run; \`./elder logs ${component}\` says why one ended`,
    not_ready: `wait a moment; if it stays, \`./elder logs ${component}\` says what it waits for`,
    dependency: backingServers.has(component)
      ? `\`./elder up\` starts it again; \`./elder status\` shows whether it runs`
      : `\`./elder status\` shows whether it runs`,
    parked: '`./elder parked` lists them with the reason; mend that, then `./elder parked replay --all` delivers them again',
    unreachable: `\`./elder status\` shows whether it runs; \`./elder logs ${component}\` says what it refuses`,
  }
  return rules[fault]
}
