import { join } from 'node:path'
import { defineCommand, usageError } from '../command.ts'
import { findHook, installHook, uninstallHook, type Hook } from '../hook.ts'
import { findRepository } from '../repository.ts'
import { noArguments, secondWord } from '../words.ts'

export const command = defineCommand({
  usage: 'hooks install [--require] | hooks uninstall | hooks status',
  about:
    'Installs a git pre-commit hook that runs elder check --staged. An existing hook is kept and runs first; uninstall restores it.\nIf the platform cannot be reached, the hook prints a warning and allows the commit.',
  options: {
    require: { type: 'boolean', help: 'install: refuse commits that cannot be checked' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals: [word, ...rest] }, { checkout, cwd, env, terminal }) {
    const action = secondWord('hooks', ['install', 'uninstall', 'status'], word)
    noArguments(`hooks ${action}`, rest)
    const repository = findRepository(cwd)
    if (!repository.isGit) throw usageError('this is not a git repository')
    const before = await findHook(repository, env)
    if (action === 'install') installHook(before, join(checkout, 'elder'), values.require === true)
    if (action === 'uninstall') uninstallHook(before)
    const hook = action === 'status' ? before : await findHook(repository, env)
    if (action === 'install' && hook.shared) terminal.note('elder: core.hooksPath is outside this repository: the hook runs in every repository that uses it')
    if (values.json) terminal.json({ path: hook.path, installed: hook.state === 'ours', chained: hook.chained, required: hook.required, shared: hook.shared })
    else terminal.print(`${action === 'uninstall' && before.state === 'ours' ? 'removed; ' : ''}${describe(hook)}`)
    return 0
  },
})

function describe({ path, state, chained, required }: Hook): string {
  if (state === 'none') return `no pre-commit hook: ${path}`
  if (state === 'other') return `another program's pre-commit hook, without elder: ${path}`
  return `installed: ${path}${chained ? ', after the hook that was there' : ''}${required ? '; commits that cannot be checked are refused' : ''}`
}
