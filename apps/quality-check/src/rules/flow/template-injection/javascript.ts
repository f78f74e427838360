import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { anyOf, of, ofResponse } from '../../javascript-paths.ts'
import { isSentWord } from '../../javascript-proofs.ts'
import { isForTrusted, isLimited } from '../../javascript-surroundings.ts'
import { isBuiltOrSent } from '../../when.ts'

export const javascript: FlowSpec = {
  proof: isSentWord,
  doubts: (text, start, origin) => isLimited(text, origin) || isForTrusted(text, start),
  sinks: [
    { call: [...of('pug ejs handlebars Handlebars nunjucks mustache dot hogan.js eta liquidjs swig swig-templates twig doT underscore lodash velocityjs jsrender art-template squirrelly mustache-express', 'compile render renderString template precompile compileAsync compileClient'), 'lodash.template', '**._.template', 'nunjucks.Environment().renderString', 'nunjucks.configure().renderString', 'eta.Eta().renderString', 'liquidjs.Liquid().parseAndRender', 'liquidjs.Liquid().parse', 'dot.template', 'vue.compile', 'Vue.compile'], args: [0], when: ({ args }) => isBuiltOrSent(args[0]) },
    { call: ['vue.createApp', 'Vue', 'Vue.component', 'vue.defineComponent'], args: ['0.template', '1.template'], when: ({ args }) => [args[0], args[1]].some((value) => (value?.field('template')?.sources.length ?? 0) > 0) },
    { call: ofResponse('render view'), args: [0], when: ({ args }) => args[0]?.sources.some((kind) => kind === 'request') === true && args[0].prefix === undefined, message: 'the view is the sender\'s choice' },
    { call: ofResponse('render'), args: [1], when: ({ args }) => args[1]?.keys === undefined && args[1]?.path?.startsWith('http.request.') === true, message: 'all of the view\'s settings are the sender\'s', sure: true },
    { call: of('ejs', 'render renderFile'), args: [1, 2], when: ({ args }) => [args[1], args[2]].some((value) => value !== undefined && value.keys === undefined && value.sources.includes('request')), message: 'all of the template\'s settings are the sender\'s' },
    { call: anyOf('renderString'), args: [0], when: ({ args }) => isBuiltOrSent(args[0]) },
  ],
}
