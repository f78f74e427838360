import { join } from 'node:path'
import { keys, type Setup, type Tool } from '../setup.ts'
import { shellWord } from '../../shell-word.ts'

/** Aider's names of the languages that the gate checks. It never lints files of other languages. */
export const aiderLanguages = ['python', 'javascript', 'typescript', 'tsx', 'go', 'java', 'rust', 'bash', 'yaml', 'sql', 'dockerfile']

/** Aider. Its key is in the .env of the home folder, outside of repositories. */
export const aider: Tool = {
  name: 'aider',
  title: 'Aider',
  inRepository: true,
  traces: ['.aider.conf.yml', '.aider'],
  plan(setup) {
    return [
      { file: join(setup.repository ?? setup.home, '.aider.conf.yml'), format: 'yaml', additions: [...keys(settings(setup)), ...aiderLanguages.map((language) => ({ at: ['lint-cmd'], value: `${language}: ${lintCommand(setup)}`, inList: true as const }))] },
      { file: join(setup.home, '.env'), format: 'dotenv', secret: true, additions: [{ at: ['AIDER_OPENAI_API_KEY'], value: setup.key }] },
    ]
  },
  remarks: ({ repository, elder }) => (repository === undefined ? [] : [`the lint commands call elder by its name, which must be on the PATH of everybody who works here: ln -s ${shellWord(elder)} ~/.local/bin/elder`]),
}

function settings({ url, model }: Setup): Record<string, string | boolean> {
  return { model: `openai/${model}`, 'weak-model': `openai/${model}`, 'openai-api-base': `${url}/v1`, 'show-model-warnings': false, 'auto-lint': true }
}

/** Aider passes it to a shell. */
function lintCommand({ elder, repository }: Setup): string {
  // Files that others clone contain no path of this machine.
  if (repository !== undefined) return 'elder check --format aider'
  return `${shellWord(elder)} check --format aider`
}
