import { defineCommand } from '../command.ts'
import { findConnection } from '../credentials.ts'
import { noArguments } from '../words.ts'

export const command = defineCommand({
  usage: 'env [--json]',
  about: 'Prints the URL and the API key of the platform as shell variables: eval "$(elder env)"',
  options: { json: { type: 'boolean', help: 'print JSON' } },
  async run({ values, positionals }, { checkout, env, terminal }) {
    noArguments('env', positionals)
    const { url, apiKey } = findConnection(checkout, env)
    if (values.json) terminal.json({ ELDER_URL: url, ELDER_API_KEY: apiKey })
    else terminal.print(`export ELDER_URL=${quote(url)} ELDER_API_KEY=${quote(apiKey)}`)
    return 0
  },
})

function quote(text: string): string {
  return /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
