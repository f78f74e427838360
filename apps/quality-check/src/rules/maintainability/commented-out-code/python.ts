import type { PythonComment } from '../../../python/ast.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'

// Patterns of statements that rarely occur in prose.
const codeLine = /^(from [\w.]+ import .|import [\w.]+$|(el)?if .+:$|else:$|for .+ in .+:$|while .+:$|try:$|except.*:$|with .+:$|def \w+\(.*|class \w+.*:$|return\b( [\w.([{'"].*)?$|raise \w+\(|print\(|@\w[\w.]*(\(.*\))?$|[\w.[\]'"]+ (=|\+=|-=) \S|[\w.]+\(.*\)$|[)\]}],?$)/
const fewestLines = 2

export const python: SyntaxRule['python'] = {
  Module(_module, context) {
    for (const group of groupsOf(context)) {
      const lines = group.map(({ text }) => text.replace(/^#+/, '').trim()).filter((line) => line !== '')
      const code = lines.filter((line) => codeLine.test(line)).length
      if (code >= fewestLines && code / lines.length >= 0.75) context.report({ start: (group[0] as PythonComment).start, end: (group.at(-1) as PythonComment).end }, { message: `${lines.length} lines of code are commented out` })
    }
  },
}

/** Groups of comments on consecutive lines of their own. A directive for a tool ends a group. */
function groupsOf({ comments, text }: PythonContext): PythonComment[][] {
  const groups: PythonComment[][] = []
  for (const comment of comments) {
    if (/^#\s*(!|:|type:|noqa|pylint|pragma|fmt:|ruleid|ok:|mypy|ruff|isort|example|usage|e\.g|>>>)/i.test(comment.text)) {
      groups.push([])
      continue
    }
    const last = groups.at(-1)?.at(-1)
    if (last !== undefined && /^\r?\n[ \t]*$/.test(text.slice(last.end, comment.start))) groups.at(-1)?.push(comment)
    else groups.push([comment])
  }
  return groups.filter((group) => group.length >= fewestLines)
}
