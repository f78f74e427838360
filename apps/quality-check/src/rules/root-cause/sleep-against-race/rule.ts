import { chainOf } from '../../../javascript/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'
import { admitsGuess } from './words.ts'
import { commentsBeside } from '../../../syntax/nearby.ts'

const pausing = /^(?:sleep|delay|wait|pause|setTimeout|timers\.setTimeout|\w+\.(?:sleep|delay))$/

export const rule: SyntaxRule = {
  id: 'sleep-against-race',
  kind: 'syntax',
  title: 'Pause that hopes something is done by then',
  why: 'The comment admits it: what it waits for comes later on a busy day, and then the fault is back, slower.',
  fix: 'Wait for the thing itself (an event, a state that is asked for until a deadline), or read from where it was written.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  inTests: 'off',
  python,
  javascript: {
    AwaitExpression({ argument, start, end }, context) {
      if (argument.type !== 'CallExpression' || !pausing.test(chainOf(argument.callee))) return
      const line = context.text.lastIndexOf('\n', start) + 1
      const said = commentsBeside(context.comments, context.text, { start: line, end }).find((comment) => admitsGuess(comment.value) && (comment.end <= start ? comment.end <= line && /^\s*$/.test(context.text.slice(comment.end, line)) : !context.text.slice(end, comment.start).includes('\n')))
      if (said !== undefined) context.report({ start, end }, { message: 'it waits for a while and not for what it needs, as the comment admits', advice: 'unless_new' })
    },
  },
}
