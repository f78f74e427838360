import { chainOf } from '../../../python/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'
import { admitsGuess } from './words.ts'
import { commentsBeside } from '../../../syntax/nearby.ts'

export const python: SyntaxRule['python'] = {
  Call({ func, start, end }, context) {
    if (!/^(?:time\.|asyncio\.|anyio\.|gevent\.)?sleep$/.test(chainOf(func))) return
    const line = context.text.lastIndexOf('\n', start) + 1
    const said = commentsBeside(context.comments, context.text, { start: line, end }).find((comment) => admitsGuess(comment.text) && (comment.end <= start ? comment.end <= line && /^\s*$/.test(context.text.slice(comment.end, line)) : !context.text.slice(end, comment.start).includes('\n')))
    if (said !== undefined) context.report({ start, end }, { message: 'it waits for a while and not for what it needs, as the comment admits', advice: 'unless_new' })
  },
}
