import { textOf } from '../addition.ts'
import type { Format } from '../merge.ts'

/** A file with a single value in one line, under the key `value`. */
export const plain: Format = {
  parse: (text) => (text.trim() === '' ? {} : { value: text.trim() }),
  splice: (text, [addition]) => [{ start: text.length, end: text.length, text: `${textOf(addition?.value ?? '')}\n` }],
}
