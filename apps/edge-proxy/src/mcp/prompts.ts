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

const said = (label: string, text: string | undefined) => (text === undefined || text.trim() === '' ? '' : `\n\n${label}:\n${text}`)

/** What a person can start a conversation with. They name tools of ours, so that a model knows what to do with them. */
export const prompts: readonly Prompt[] = [
  {
    name: 'elder-review',
    title: 'Review a change',
    description: 'Reviews a change against the quality gate and the conventions of the team.',
    arguments: [
      { name: 'diff', description: 'Unified diff of the change. Without one the changes in the working copy are reviewed.', required: false },
      { name: 'focus', description: 'What to look at above all.', required: false },
    ],
    text: ({ diff, focus }) =>
      `Review ${diff ? 'the change below' : 'the changes in the working copy'}.
1. Ask elder_consult which decisions and conventions of the team bear on it.
2. Call elder_check with the whole text of every changed file and with the diff.
3. List what must be mended before it is merged, worst first, as path:line and one sentence, with the rule or the source it rests on. Then what could be better. Say so when there is nothing.${said('Above all look at', focus)}${said('The change', diff)}`,
  },
  {
    name: 'elder-fix',
    title: 'Mend findings',
    description: 'Mends what the quality gate has found, the worst first, until it passes.',
    arguments: [
      { name: 'path', description: 'File or folder to mend. Without one the whole repository.', required: false },
      { name: 'rule', description: 'Only findings of this rule.', required: false },
    ],
    text: ({ path, rule }) =>
      `Mend what the quality gate has found${path ? ` in ${path}` : ' in this repository'}${rule ? `, only of the rule ${rule}` : ''}.
1. Call elder_findings for what is open${path ? `, and elder_check for ${path} as it is now` : ''}.
2. For a rule that is not plain, call elder_rules with its name. Mend the cause: no suppression, no weakened test, no swallowed error.
3. Call elder_check on every file you changed, and go on until nothing of yours is found.
4. Say what you mended, and what you left and why.`,
  },
  {
    name: 'elder-plan',
    title: 'Plan a change',
    description: 'Plans a change from what the team has decided, learned and built.',
    arguments: [{ name: 'goal', description: 'What the change is to achieve.', required: true }],
    text: ({ goal = '' }) =>
      `Plan the change below. Write no code yet.
1. Ask elder_consult what the team has decided about it and what went wrong before.
2. Find the places it touches with elder_search_code, and read them.
3. Write the plan: steps in order, each with its files and how it is proven; what could break; what is still to be decided. Cite the sources that the tools gave you.${said('The change', goal)}`,
  },
]

export const promptShape = ({ name, title, description, arguments: wanted }: Prompt) => ({ name, title, description, arguments: wanted })

/** A prompt that can be written for given arguments. Throws what is wrong with the name or with them. */
export function findPrompt(name: unknown): { write(given: Readonly<Record<string, string>>): object } {
  const prompt = prompts.find((one) => one.name === name)
  if (!prompt) throw new ProtocolError(rpcCodes.invalidParams, `there is no prompt ${JSON.stringify(String(name).slice(0, 100))}; there are: ${prompts.map((one) => one.name).join(', ')}`)
  return {
    write(given) {
      const unknown = Object.keys(given).find((key) => !prompt.arguments.some((one) => one.name === key))
      if (unknown !== undefined) throw new ProtocolError(rpcCodes.invalidParams, `unknown argument ${JSON.stringify(unknown.slice(0, 60))}; ${prompt.name} takes: ${prompt.arguments.map((one) => one.name).join(', ')}`)
      const missing = prompt.arguments.find((one) => one.required && !given[one.name]?.trim())
      if (missing) throw new ProtocolError(rpcCodes.invalidParams, `${missing.name}: is missing, it must say: ${missing.description}`)
      return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text: prompt.text(given) } }] }
    },
  }
}
