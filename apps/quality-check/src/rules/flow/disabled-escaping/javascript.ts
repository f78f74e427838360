import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { of } from '../../javascript-paths.ts'
import { isFalse, isTrue } from '../../when.ts'

export const javascript: FlowSpec = {
  sinks: [
    { assign: ['mustache.escape', 'Mustache.escape', 'handlebars.escapeExpression', 'Handlebars.Utils.escapeExpression', 'handlebars.Utils.escapeExpression', 'pug.escape', 'ejs.escapeXML'], always: true, when: ({ args }) => args[0]?.constants === undefined || isFalse(args[0]) },
    { call: [...of('handlebars Handlebars', 'compile precompile'), 'hbs.create'], always: true, when: ({ args }) => isTrue(args[1]?.field('noEscape')) },
    { call: ['nunjucks.configure', 'nunjucks.Environment'], always: true, when: ({ args }) => args.some((options) => isFalse(options.field('autoescape'))) },
    { call: ['markdown-it', 'MarkdownIt', 'remarkable', 'remarkable.Remarkable'], always: true, when: ({ args }) => args.some((options) => isTrue(options.field('html'))) },
    { call: ['marked.setOptions', 'marked.use', 'marked', 'marked.parse', 'marked.marked'], always: true, when: ({ args }) => args.some((options) => isFalse(options.field('sanitize'))) },
    { call: ['serialize-javascript'], always: true, when: ({ args }) => isTrue(args[1]?.field('unsafe')) },
    { call: ['<jsx>.escapeHtml', '<jsx>.sanitize'], always: true, when: ({ args }) => isFalse(args[0]) },
    { assign: ['**.escapeMarkup'], always: true, when: ({ args }) => isFalse(args[0]) },
    { call: ['dustjs-linkedin.config', 'dot.template'], always: true, when: ({ args }) => args.some((options) => isFalse(options.field('autoescape'))) },
  ],
}
