import { textOf } from '../addition.ts'
import type { Format } from '../merge.ts'

/** Lines of NAME=value. */
export const dotenv: Format = {
  parse: (text) =>
    Object.fromEntries(
      text.split(/\r?\n/).flatMap((line) => {
        const [, name, value = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)$/.exec(line) ?? []
        return name === undefined ? [] : [[name, value.trim().replace(/^(['"])(.*)\1$/, '$2')] as const]
      }),
    ),
  splice(text, additions) {
    const before = text === '' || text.endsWith('\n') ? '' : '\n'
    const lines = additions.map(({ at: [name = ''], value }) => `${name}=${textOf(value)}\n`)
    return [{ start: text.length, end: text.length, text: before + lines.join('') }]
  },
}
