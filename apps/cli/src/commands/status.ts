import { CommandError, defineCommand, type Context } from '../command.ts'
import { askHealth, isElsewhere, type Cause, type Health } from '../platform/elsewhere.ts'
import { lockOwner } from '../platform/lock.ts'
import { placesOf } from '../platform/places.ts'
import { readStatus, type Status } from '../platform/status.ts'
import { duration, megabytes, printable } from '../terminal.ts'
import { noArguments } from '../words.ts'

export const command = defineCommand({
  usage: 'status [--json]',
  about: 'Shows each service and server of the platform, and what monitoring finds wrong, such as parked messages, with the command that\nmends it. Exits with 3 if nothing runs, with 1 if something is not ready. If ELDER_URL and ELDER_API_KEY name another platform, its edge is asked instead.',
  options: { json: { type: 'boolean', help: 'print JSON' } },
  async run({ values, positionals }, context) {
    noArguments('status', positionals)
    const { checkout, env, terminal } = context
    if (isElsewhere(checkout, env)) {
      const health = await askHealth(context)
      if (values.json) terminal.json({ ...health, backing: [] })
      else showHealth(health, terminal)
      return health.state === 'up' ? 0 : 1
    }
    const status = await readStatus(checkout)
    if (!status) {
      const starting = lockOwner(placesOf(checkout).lock) !== undefined
      if (values.json) terminal.json({ running: false, starting, services: [], backing: [] })
      else terminal.print(starting ? 'The platform is starting.' : 'The platform is not running. Start it: elder up')
      return 3
    }
    const causes = await causesIn(status, context)
    if (values.json) terminal.json({ ...status, causes })
    else {
      show(status, terminal)
      showCauses(causes, terminal)
    }
    return status.services.length > 0 && [...status.services, ...status.backing].every(({ ready }) => ready) ? 0 : 1
  },
})

function showHealth({ url, state, causes, services }: Health, terminal: Context['terminal']): void {
  terminal.print(`Elder at ${url} is ${state}, as its edge reports\n`)
  terminal.table(['service', 'state', 'version', 'instances'], services.map((service) => [service.name, service.state, service.version, String(service.instances)].map(printable)))
  showCauses(causes, terminal)
}

function showCauses(causes: readonly Cause[], terminal: Context['terminal']): void {
  for (const { component, reason, remedy } of causes) terminal.print(`\n${printable(`${component}: ${reason}`)}\n  ${printable(remedy)}`)
}

/** The problems that monitoring reports. Empty if a service is not ready, which the table already shows. */
async function causesIn({ services }: Status, context: Context): Promise<readonly Cause[]> {
  if (!services.every(({ ready }) => ready)) return []
  try {
    return (await askHealth(context)).causes
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    context.terminal.note(`elder: what else is wrong could not be asked: ${error.message}`)
    return []
  }
}

function show({ version, url, mode, services, backing }: Status, terminal: Context['terminal']): void {
  terminal.print(`Elder ${version} at ${url}${mode === 'one-process' ? ', in one process' : ''}\n`)
  const readiness = (ready: boolean) => (ready ? 'ready' : 'NOT READY')
  terminal.table(
    ['service', 'state', 'pid', 'memory', 'up', 'restarts', ''],
    services.map((service) => [
      service.name,
      readiness(service.ready),
      String(service.pid ?? '-'),
      `${megabytes(service.rssBytes)}${service.rssShared ? ' shared' : ''}`,
      duration(service.uptimeSeconds),
      String(service.restarts),
      (service.reason ?? service.missing?.map(({ name, reason }) => `without ${name}: ${reason}`).join('; ') ?? '').split('\n').join(' '),
    ]),
  )
  terminal.print('')
  terminal.table(
    ['behind it', 'state', 'memory', 'place'],
    backing.map((server) => [server.name, readiness(server.ready), server.managed ? megabytes(server.rssBytes) : '-', server.place]),
  )
}
