import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { anyOf } from '../../javascript-paths.ts'
import { isBuiltOrSent } from '../../when.ts'

export const javascript: FlowSpec = {
  // The searched text often belongs to the same user, and the pattern is only tried out.
  proof: () => false,
  sinks: [
    { call: ['RegExp', 'XRegExp', 'xregexp'], args: [0], when: ({ args }) => isBuiltOrSent(args[0]) },
    { call: anyOf('match matchAll'), args: [0], when: ({ args, path: callee }) => !/^(?:this|self|that|router)\.\w+$/.test(callee) && args[0]?.sources.includes('request') === true && args[1] === undefined && args[0].keys === undefined && args[0].path?.startsWith('http.request.') === true },
    { call: anyOf('find findOne'), args: ['0.$regex'], when: ({ args }) => (args[0]?.field('$regex')?.sources.length ?? 0) > 0 },
  ],
  sanitizers: ['lodash.escapeRegExp', 'escape-string-regexp', 'escapeStringRegexp', 'regexp.escape', 'RegExp.escape', 'escapeRegExp', 'escapeRegex', 'XRegExp.escape', 'xregexp.escape', 'regex-escape', 'escape-regexp', 'globToRegExp', 'glob-to-regexp', 'micromatch.makeRe', 'minimatch.makeRe', 'picomatch.makeRe', ...anyOf('escapeRegExp escapeRegex escapeRegexp escapeForRegex escapeStringRegexp quoteRegExp'), 'quotemeta'],
}
