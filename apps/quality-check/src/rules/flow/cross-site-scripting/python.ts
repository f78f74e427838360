import type { FlowSpec, SeenCall, SeenValue } from '../../../flow/flow-rule.ts'
import { isConstant, isSent, methods, paths, under, type When } from '../../python-calls.ts'
import { isSentDirectly } from '../../python-proofs.ts'
import { isLimited } from '../../python-surroundings.ts'

const page = /html|svg/i
/** Whether no known content type rules out HTML. */
const isPage = (...types: (SeenValue | undefined)[]): boolean => !types.some((type) => isConstant(type, (constant) => typeof constant === 'string' && !page.test(constant)))
const saysPage = (...types: (SeenValue | undefined)[]): boolean => types.some((type) => isConstant(type, (constant) => typeof constant === 'string' && page.test(constant)))
const body = ({ args, keywords }: SeenCall): SeenValue | undefined => args[0] ?? keywords.content ?? keywords.response ?? keywords.body ?? keywords.text
/** Records are sent as JSON, not as HTML. */
const isText = (value: SeenValue | undefined): boolean => value !== undefined && !value.isRecord && (value.keys === undefined || value.keys.length === 0) && isSent(value)
/** Text that was concatenated here. An echoed value is as often a number or another response. */
const isWritten = (value: SeenValue | undefined): boolean => value?.built === true
/** A response made by a function that encodes its data. */
const isAnswer = (value: SeenValue | undefined): boolean => /(?:Response|response|jsonify|redirect|render|send_file)\w*\(\)/.test(value?.path ?? '')
const ofType: When = (call) => isText(body(call)) && isPage(call.keywords.mimetype, call.keywords.content_type, call.keywords.media_type, call.args[3])
const answers = paths('flask.Response flask.wrappers.Response quart.Response werkzeug.Response werkzeug.wrappers.Response django.http.HttpResponse django.http.response.HttpResponse django.http.HttpResponseBadRequest django.http.HttpResponseNotFound django.http.HttpResponseForbidden django.http.HttpResponseServerError webob.Response pyramid.response.Response bottle.HTTPResponse')
const marks = paths('markupsafe.Markup flask.Markup jinja2.Markup django.utils.safestring.mark_safe django.utils.safestring.SafeString django.utils.safestring.SafeText wtforms.widgets.HTMLString')

const ofNoPage = /content[-_]type['"]?\s*[,:=\]]\s*(?:=\s*)?f?['"](?:text\/(?!html)|application\/(?!xhtml)|image\/(?!svg))/i

/** Whether the same function said before that the answer is of a type that no browser takes for a page. */
const isSentAsText = (text: string, start: number): boolean => ofNoPage.test(text.slice(Math.max(0, text.lastIndexOf('def ', start)), start))

export const python: FlowSpec = {
  proof: isSentDirectly,
  doubts: (text, start, origin) => isSentAsText(text, start) || isLimited(text, start, origin),
  sinks: [
    { returns: 'handler', when: ({ args }) => isText(args[0]) && isWritten(args[0]) },
    { returns: 'handler', when: ({ args }) => isText(args[0]) && !isAnswer(args[0]), advice: true },
    { call: paths('flask.make_response quart.make_response'), args: [0], when: ({ args }) => isText(args[0]) && isWritten(args[0]) },
    { call: paths('flask.make_response quart.make_response'), args: [0], when: ({ args }) => isText(args[0]) && !isAnswer(args[0]), advice: true },
    { call: answers, args: [0, 'content', 'response', 'body', 'text'], when: (call) => ofType(call) && isWritten(body(call)) },
    { call: answers, args: [0, 'content', 'response', 'body', 'text'], when: ofType, advice: true },
    { call: paths('fastapi.responses.HTMLResponse starlette.responses.HTMLResponse sanic.response.html sanic.html'), args: [0, 'content', 'body'], when: (call) => isText(body(call)) },
    { call: paths('fastapi.Response fastapi.responses.Response starlette.responses.Response aiohttp.web.Response sanic.response.HTTPResponse'), args: [0, 'content', 'text', 'body'], when: (call) => isText(body(call)) && saysPage(call.keywords.content_type, call.keywords.media_type) },
    { call: marks, args: [0], when: ({ args }) => isSent(args[0]) && args[0]?.built === true },
    // Data is marked as safe unchanged, as often to remove the mark or to clean the data afterwards.
    { call: marks, args: [0], when: ({ args }) => isSent(args[0]), advice: true },
    { call: paths('tornado.web.RequestHandler().write tornado.web.RequestHandler().finish webapp2.RequestHandler().response.write webapp2.RequestHandler().response.out.write django.http.HttpResponse().write'), args: [0], when: ({ args }) => isText(args[0]) },
    // The content type was sent before in a header.
    { call: under('http.server.BaseHTTPRequestHandler() http.server.SimpleHTTPRequestHandler()', 'wfile.write'), args: [0], when: ({ args }) => isSent(args[0]) && args[0]?.built === true, advice: true },
  ],
  sanitizers: [
    'replaces.<',
    ...paths('html.escape cgi.escape markupsafe.escape markupsafe.escape_silent flask.escape jinja2.escape werkzeug.utils.escape django.utils.html.escape django.utils.html.conditional_escape django.utils.html.format_html django.utils.html.strip_tags django.utils.html.escapejs xml.sax.saxutils.escape xml.sax.saxutils.quoteattr tornado.escape.xhtml_escape tornado.escape.json_encode bleach.clean bleach.linkify nh3.clean lxml.html.clean.clean_html'),
    ...paths('urllib.parse.quote urllib.parse.quote_plus urllib.parse.urlencode urllib.quote urllib.quote_plus flask.jsonify json.dumps json.dump flask.json.dumps orjson.dumps ujson.dumps flask.render_template quart.render_template django.shortcuts.render django.template.loader.render_to_string flask.redirect quart.redirect bottle.redirect flask.url_for bottle.template bottle.jinja2_template bottle.static_file flask.get_flashed_messages base64.b64encode base64.urlsafe_b64encode base64.b32encode binascii.hexlify django.http.JsonResponse'),
    ...methods('build_absolute_uri get_absolute_url escape escape_html html_escape escape_for_html sanitize sanitize_html clean_html strip_tags render render_template b64encode urlsafe_b64encode hexlify to_json model_dump_json hex'),
  ],
}
