import { ProtocolError, rpcCodes } from './protocol.ts'

interface Argument {
  readonly name: string
  readonly description: string
  readonly required: boolean
}

export interface Prompt {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly arguments: readonly Argument[]
  text(given: Readonly<Record<string, string>>): string
}

const section = (label: string, text: string | undefined) => (text === undefined || text.trim() === '' ? '' : `\n\n${label}:\n${text}`)

/** Prompts with which a person can start a conversation. They name our tools, so that the model uses them. */
export const prompts: readonly Prompt[] = [
  {
    name: 'elder-review',
    title: 'Review a change',
    description: 'Reviews a change against the quality gate and the conventions of the team.',
    arguments: [
      { name: 'diff', description: 'Unified diff of the change. Without one the changes in the working copy are reviewed.', required: false },
      { name: 'focus', description: 'What to pay most attention to.', required: false },
    ],
    text: ({ diff, focus }) =>
      `Review ${diff ? 'the change below' : 'the changes in the working copy'}.
1. Ask elder_consult which decisions and conventions of the team apply to it.
2. Call elder_check with the whole text of every changed file and with the diff.
3. List what must be fixed before it is merged, worst first, as path:line and one sentence, with the rule or source that supports it. Then list possible improvements. If there is nothing, say so.${section('Pay most attention to', focus)}${section('The change', diff)}`,
  },
  {
    name: 'elder-fix',
    title: 'Fix findings',
    description: 'Fixes the findings of the quality gate, worst first, until it passes.',
    arguments: [
      { name: 'path', description: 'File or folder to fix. Without one the whole repository.', required: false },
      { name: 'rule', description: 'Only findings of this rule.', required: false },
    ],
    text: ({ path, rule }) =>
      `Fix the findings of the quality gate${path ? ` in ${path}` : ' in this repository'}${rule ? `, only those of the rule ${rule}` : ''}.
1. Call elder_findings for the open findings${path ? `, and elder_check for ${path} as it is now` : ''}.
2. For a rule that is not clear, call elder_rules with its name. Fix the cause: no suppression, no weakened test, no swallowed error.
3. Call elder_check on every file you changed, and repeat until your changes have no findings.
4. Report what you fixed, and what you left and why.`,
  },
  {
    name: 'elder-plan',
    title: 'Plan a change',
    description: 'Plans a change based on the decisions, lessons and code of the team.',
    arguments: [{ name: 'goal', description: 'What the change should achieve.', required: true }],
    text: ({ goal = '' }) =>
      `Plan the change below. Write no code yet.
1. Ask elder_consult what the team has decided about it and what went wrong before.
2. Find the places it touches with elder_search_code, and read them.
3. Write the plan: steps in order, each with its files and how to verify it; what could break; open decisions. Cite the sources that the tools gave you.${section('The change', goal)}`,
  },
]

export const promptShape = ({ name, title, description, arguments: parameters }: Prompt) => ({ name, title, description, arguments: parameters })

/** Finds a prompt, to be written for given arguments. An unknown name, or wrong arguments, throw. */
export function findPrompt(name: unknown): { write(given: Readonly<Record<string, string>>): object } {
  const prompt = prompts.find((one) => one.name === name)
  if (!prompt) throw new ProtocolError(rpcCodes.invalidParams, `there is no prompt ${JSON.stringify(String(name).slice(0, 100))}; there are: ${prompts.map((one) => one.name).join(', ')}`)
  return {
    write(given) {
      const unknown = Object.keys(given).find((key) => !prompt.arguments.some((one) => one.name === key))
      if (unknown !== undefined) throw new ProtocolError(rpcCodes.invalidParams, `unknown argument ${JSON.stringify(unknown.slice(0, 60))}; ${prompt.name} takes: ${prompt.arguments.map((one) => one.name).join(', ')}`)
      const missing = prompt.arguments.find((one) => one.required && !given[one.name]?.trim())
      if (missing) throw new ProtocolError(rpcCodes.invalidParams, `${missing.name}: is missing; expected: ${missing.description}`)
      return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text: prompt.text(given) } }] }
    },
  }
}
