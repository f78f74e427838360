import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

type Comment = JavaScriptContext['comments'][number]

// Beginnings and ends of lines of code that rarely occur in prose.
const codeLine = /[;{}]$|^\}|^(return|import|export|const|let|var|await|throw|if|else|for|while|switch|case|try|catch)\b.*[;{}(),=:]$|=>|^[\w$.[\]]+ ?(=|\+=|-=) |^[\w$.]+\(.*\)[;,]?$|^<\/?[A-Z]\w*/
const directive = /^\s*([@#/*!]|eslint|oxlint|prettier|istanbul|c8|v8|biome|ts-|global|jshint|tslint|ruleid|ok:|e\.g|example|usage)/i
const fewestLines = 2

export const rule: SyntaxRule = {
  id: 'commented-out-code',
  kind: 'syntax',
  title: 'Code that is commented out',
  why: 'Nobody knows whether it is meant to come back, and nothing keeps it right.',
  fix: 'Delete it: version control remembers.',
  category: 'maintainability',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  minutes: 2,
  python,
  javascript: {
    Program(_node, context) {
      for (const group of groupsOf(context)) {
        const lines = group.flatMap(({ value }) => value.split('\n')).map((line) => line.replace(/^\s*\*/, '').trim()).filter((line) => line !== '')
        if (lines.length < fewestLines) continue
        const code = lines.filter((line) => codeLine.test(line)).length
        if (code >= fewestLines && code / lines.length >= 0.75) context.report({ start: (group[0] as Comment).start, end: (group.at(-1) as Comment).end }, { message: `${lines.length} lines of code are commented out` })
      }
    },
  },
}

/** Groups of consecutive line comments, and each block comment. Documentation comments contain code on purpose. */
function groupsOf({ comments, text }: JavaScriptContext): Comment[][] {
  const groups: Comment[][] = []
  for (const comment of comments) {
    if (directive.test(comment.value)) {
      groups.push([])
      continue
    }
    if (comment.type === 'Block') {
      groups.push([comment])
      continue
    }
    const last = groups.at(-1)?.at(-1)
    if (last?.type === 'Line' && /^\r?\n[ \t]*$/.test(text.slice(last.end, comment.start))) groups.at(-1)?.push(comment)
    else groups.push([comment])
  }
  return groups
}
