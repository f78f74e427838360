import { defineCommand } from '../command.ts'
import { diagnose, type Finding } from '../platform/diagnosis.ts'
import { noArguments } from '../words.ts'

export const command = defineCommand({
  usage: 'doctor [--json]',
  about: 'Checks everything the platform depends on, in order of dependency: the first failure is the cause. Also works when the platform is\ndown. Exits with 1 if something is wrong.',
  options: { json: { type: 'boolean', help: 'print JSON' } },
  async run({ values, positionals }, context) {
    noArguments('doctor', positionals)
    const { terminal } = context
    const findings = await diagnose(context)
    const cause = findings.find(({ state }) => state === 'wrong')
    if (values.json) {
      terminal.json({ ok: cause === undefined, ...(cause === undefined ? {} : { cause: cause.name, fix: cause.fix }), checks: findings })
      return cause === undefined ? 0 : 1
    }
    const marks: Record<Finding['state'], string> = { ok: terminal.style('green', 'ok   '), wrong: terminal.style('red', 'WRONG'), unknown: terminal.style('dim', '-    ') }
    for (const { name, state, detail, fix } of findings) {
      terminal.print(`${marks[state]} ${name}: ${detail}`)
      if (state === 'wrong' && fix !== undefined) terminal.print(`        fix: ${fix}`)
    }
    terminal.print(cause === undefined ? '\nAll is well.' : `\nBegin with: ${cause.name}.${cause.fix === undefined ? '' : ` ${cause.fix}`}`)
    return cause === undefined ? 0 : 1
  },
})
