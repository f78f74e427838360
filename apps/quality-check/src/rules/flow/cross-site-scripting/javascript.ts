import type { FlowSpec, SeenValue, Way } from '../../../flow/flow-rule.ts'
import { anyOf, of, ofResponse } from '../../javascript-paths.ts'
import { isSentWord } from '../../javascript-proofs.ts'
import { isLimited } from '../../javascript-surroundings.ts'
import { beginsWith, isFalse, isText, path, type When } from '../../when.ts'

const markup = /^\s*<|^[^{[]*<\w/

/** The body of a redirect, which browsers that follow it do not show. */
const redirection = /^[^<]*\b(?:redirect(?:ing|ed|s)?|moved)\b[^<]*$/i

/** The whole body, which is a record when it was parsed before. */
const isWholeBody = ({ built, origins, path: place = '' }: SeenValue): boolean => !built && /(?:^|\.)body$/.test(place) && origins.every((origin) => /(?:^|\.|…)body$/.test(origin))

/** Records and the result of JSON.stringify are sent as JSON, and an echoed body has its own type. A parameter matters only where markup is built from it. */
const isPage: When = ({ args, path: callee, receiver }) => {
  const [body] = args
  if (body === undefined || isWholeBody(body) || body.keys !== undefined || body.items !== undefined || path(receiver, /\.json\(\)$/) || path(body, /^Buffer\.concat\(\)$/)) return false
  if (body.built && beginsWith(body, redirection)) return false
  if (/^fastify\.|(?:^|\.)reply\b|\.(?:type|contentType)\(\)/.test(callee)) return body.built && beginsWith(body, markup)
  return body.sources.some((kind) => kind !== 'parameter') || beginsWith(body, markup)
}
/** The value is the markup, or is put into it. */
const isMarkup: When = ({ args }) => args.some((value) => value.built || value.sources.length > 0)
const certain = (value: SeenValue | undefined): boolean => value?.sources.some((kind) => kind === 'location' || kind === 'message' || kind === 'request' || kind === 'storage') === true
const isCertainOrMarkup: When = ({ args }) => certain(args[0]) || (args[0]?.built === true && beginsWith(args[0], markup))
const elements = '$() $().find() $().parent() $().children() $().closest() $().eq() $().first() $().next() angular.element() cheerio.load()()'
/** The page's own URL keeps its scheme and host, whatever replaces its end. */
const isOwnAddress = (value: SeenValue | undefined): boolean => path(value, /^(?:(?:window|document)\.)*(?:location(?:\.href)?|URL)(?:\.(?:replace|concat|toString)\(\))*$/)
const jsUrlAttributes = /^(?:a|area|iframe|form|button|embed|object|script|frame|input|link)$/
const isAddressOfScript: When = ({ args }) => isText(args[1], jsUrlAttributes) && args[0]?.prefix === undefined && certain(args[0])

const farthest = 2_000
const ofNoPage = /content-type['"]?\s*[,:]\s*['"`](?:text\/plain|text\/event-stream|application\/(?:[\w.-]+\+)?json)|\.(?:type|contentType)\(\s*['"](?:txt|text|text\/plain|json|application\/json)['"]/i

/** Whether the same function has set a content type before that browsers do not render as a page. */
function isSentAsText(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - farthest), start)
  const beginning = Math.max(before.lastIndexOf('=>'), before.lastIndexOf('function'))
  return beginning !== -1 && ofNoPage.test(before.slice(beginning))
}

/** Data in the query of the page's URL, which the author of a link chooses. */
const isLinked = ({ kind, origin, isDirect }: Way): boolean => kind === 'location' && isDirect && /(?:^|\.)search(?:Params)?\b/.test(origin)

export const javascript: FlowSpec = {
  proof: (way) => isSentWord(way) || isLinked(way),
  doubts: (text, start, origin) => isSentAsText(text, start) || isLimited(text, origin),
  sinks: [
    { call: ofResponse('send'), args: [0], when: (call) => isPage(call) && call.args[0]?.built === true, sure: true },
    // A single echoed value is as often part of a protocol: a challenge, or the name of something that was deleted.
    { call: ofResponse('send'), args: [0], when: isPage, sure: true, advice: true },
    { call: ofResponse('write end'), args: [0], when: (call) => isPage(call) && beginsWith(call.args[0], markup), sure: true },
    { call: ofResponse('write end'), args: [0], when: isPage, sure: true, advice: true },
    { call: ['http.response', 'Response', 'Response.new', 'next.server.NextResponse', 'hapi.toolkit.response'], args: [0], when: ({ args }) => args[0]?.built === true && beginsWith(args[0], markup) },
    { call: ['koa.context.html', '**.c.html', 'c.html'], args: [0], when: ({ args }) => args[0]?.built === true },
    { assign: ['koa.context.body', 'koa.context.response.body'], when: ({ args }) => args[0]?.built === true && beginsWith(args[0], markup) },
    { call: ['given.callback', 'given.cb', 'given.done'], args: ['1.body'], when: ({ args }) => args[1]?.field('body')?.built === true && beginsWith(args[1].field('body'), markup) },
    { returns: 'handler', when: ({ args }) => args.some((value) => (value.built && beginsWith(value, markup)) || (value.field('body')?.built === true && beginsWith(value.field('body'), markup))) },
    { assign: anyOf('innerHTML outerHTML'), when: ({ args }) => args[0]?.built === true && beginsWith(args[0], markup) && args[0].sources.includes('location'), sure: true },
    { assign: anyOf('innerHTML outerHTML srcdoc'), when: isMarkup, advice: true },
    { assign: anyOf('src href'), when: ({ args, path: place }) => args[0]?.prefix === undefined && args[0]?.sources.includes('location') === true && !args[0].led && !isOwnAddress(args[0]) && !/im(?:g|age)|photo|avatar|pic|video|audio|location/i.test(place), message: 'an address may be a javascript: one', advice: true },
    { call: anyOf('setAttribute'), args: [1], when: ({ args }) => isText(args[0], /^(?:href|src|srcdoc|formaction|xlink:href)$/i) && args[1]?.prefix === undefined && args[1]?.sources.includes('location') === true, message: 'an address may be a javascript: one', advice: true },
    { call: anyOf('insertAdjacentHTML'), args: [1] },
    { call: of('document **.document **.contentDocument', 'write writeln'), when: isMarkup },
    { call: [...anyOf('createContextualFragment setHTMLUnsafe parseHTMLUnsafe'), '$.parseHTML', '**.parseFromString'], args: [0], when: ({ args, path: callee }) => !callee.endsWith('parseFromString') || (isText(args[1], /html/) && certain(args[0])) },
    { call: ['<jsx>.dangerouslySetInnerHTML', '<jsx>.innerHTML', '<jsx>.srcDoc'], args: [0] },
    { call: ['React.createElement', 'react.createElement', 'vue.h', 'h', 'preact.h', '**.createElement'], args: ['1.dangerouslySetInnerHTML', '1.innerHTML', '1.domProps'], when: ({ args }) => ['dangerouslySetInnerHTML', 'innerHTML', 'domProps'].some((name) => (args[1]?.field(name)?.sources.length ?? 0) > 0) },
    { call: ['<jsx>.href', '<jsx>.src', '<jsx>.action', '<jsx>.formAction', '<jsx>.xlinkHref'], args: [0], when: isAddressOfScript, message: 'an address may be a javascript: one' },
    { call: ['<jsx>.script'], args: [0], when: ({ args }) => isText(args[1], /^script$/) },
    { call: [...of(elements, 'html append prepend after before replaceWith wrap wrapAll wrapInner'), ...of('$', 'globalEval')], args: [0], when: isMarkup },
    { call: anyOf('html'), args: [0], when: isCertainOrMarkup },
    { call: anyOf('append prepend after before replaceWith'), args: [0], when: ({ args }) => args[0]?.built === true && beginsWith(args[0], markup) },
    { call: of(elements, 'appendTo prependTo insertAfter insertBefore'), args: ['receiver'], when: ({ receiver }) => certain(receiver) || receiver?.built === true },
    { call: ['$'], args: [0], when: ({ args }) => !path(args[0], /^(?:window\.|document\.)*location$/) && args[0]?.sources.some((kind) => kind === 'location' || kind === 'message') === true && (args[0].prefix === undefined || beginsWith(args[0], markup)), advice: true },
    { call: [...anyOf('bypassSecurityTrustHtml bypassSecurityTrustScript bypassSecurityTrustUrl bypassSecurityTrustResourceUrl bypassSecurityTrustStyle'), ...of('$sce **.$sce', 'trustAsHtml trustAsJs trustAsUrl trustAsResourceUrl trustAsCss trustAs')] },
    { call: ['**.renderer.setProperty', '**.renderer2.setProperty', '**.renderer.setElementProperty'], args: [2], when: ({ args }) => isText(args[1], /^(?:inner|outer)HTML$/) },
    { call: ['handlebars.SafeString', 'Handlebars.SafeString', 'nunjucks.runtime.markSafe', 'lit.unsafeHTML', 'lit-html/directives/unsafe-html.js.unsafeHTML', '**.unsafeHTML', 'unsafeHTML', 'htm.raw', 'hono.html.raw', 'hono.helper.html.raw'], args: [0] },
    { call: ['serialize-javascript'], args: [0], when: ({ args }) => args[1]?.field('unsafe')?.constants?.[0] === true },
    { call: ['marked', 'marked.parse', 'marked.marked', 'showdown.Converter().makeHtml'], args: [0], when: ({ args }) => isFalse(args[1]?.field('sanitize')) },
  ],
  sanitizers: [
    'replaces.<',
    ...anyOf('sanitize escapeHtml escapeHTML htmlEscape encodeHTML encodeHtml htmlEncode escapeXml sanitizeHtml sanitizeHTML escape purify stripTags toLocaleString'),
    'dompurify', 'dompurify.sanitize', 'dompurify().sanitize', 'DOMPurify.sanitize', 'escape-html', 'he.encode', 'he.escape', 'html-entities.encode', 'entities.escape', 'entities.encode', 'lodash.escape', 'lodash.escape()', 'validator.escape', 'validator.default.escape', 'xss', 'xss.filterXSS', 'filterXSS', 'xss-filters.inHTMLData', 'sanitize-html', 'sanitize', 'striptags', 'encodeURIComponent', 'encodeURI', 'escape', 'escapeHtml', 'escapeHTML', 'htmlEscape', 'encodeHTML', 'sanitizeHtml', 'sanitizeHTML', 'JSON.stringify', 'serialize-javascript', 'handlebars.escapeExpression', 'Handlebars.Utils.escapeExpression', 'mustache.escape', 'mustache.render', 'insane', 'btoa', 'document.createTextNode', 'express-validator.body().escape', 'react-dom.server.renderToString', 'react-dom.server.renderToStaticMarkup', 'querystring.escape', 'querystring.stringify', 'querystring.encode', 'crypto.createHash().update().digest', '**.ejs.render',
  ],
  guards: anyOf('isAlphanumeric isNumeric isInt isUUID isEmail isMongoId'),
}
