import type { Trouble } from './assessment.ts'

/** dependency: a server that is not one of our services. unreachable: a service that runs but cannot be reached by all. parked: messages that no consumer could process. */
export type Fault = Trouble['kind'] | 'dependency' | 'unreachable' | 'parked'

// The servers that `./elder up` starts unless it is given external ones.
const backingServers: ReadonlySet<string> = new Set(['nats', 'redis', 'postgres'])

/** The remedy for a fault: a command, and its purpose. */
export function remedyFor(component: string, fault: Fault): string {
  const rules: Record<Fault, string> = {
    absent: `\`./elder status\` shows whether it runs, and what it cannot reach; \`./elder logs ${component}\` says why it ended`,
    crashing: `\`./elder logs ${component}\` says why it keeps ending`,
    instance_lost: `\`./elder status\` shows which instances run; \`./elder logs ${component}\` says why one ended`,
    not_ready: `wait a moment; if it stays, \`./elder logs ${component}\` says what it waits for`,
    dependency: backingServers.has(component)
      ? `\`./elder status\` shows whether it runs, and which service it refuses; \`./elder down\`, then \`./elder up\` starts it again`
      : `\`./elder status\` shows whether it runs`,
    parked: '`./elder parked` lists them with the reason; fix that, then `./elder parked replay --all` delivers them again; `./elder parked drop ID` gives up one that nobody can read',
    unreachable: `\`./elder status\` shows whether it runs; \`./elder logs ${component}\` says what it refuses`,
  }
  return rules[fault]
}
