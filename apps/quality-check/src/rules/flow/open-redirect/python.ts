import type { FlowSpec, SeenCall, SeenValue, Sink } from '../../../flow/flow-rule.ts'
import { isSent, paths } from '../../python-calls.ts'
import { mayHoldSlash } from '../../python-proofs.ts'
import { isLimited } from '../../python-surroundings.ts'

// "/x" stays on the site, "//x" and "/\x" do not. After "https://host/" the host is fixed.
const fixed = /^(?:\/(?![/\\])[^\s]|[\w.-]+\/|https?:\/\/[^/?#\s]+[/?#]|\?|#)/i

/** Redirects to a target from outside that satisfies the test. */
function redirects(test: (target: SeenValue) => boolean): Sink[] {
  const leads =
    (place: number, ...names: string[]) =>
    ({ args, keywords }: SeenCall): boolean => {
      const target = args[place] ?? names.map((name) => keywords[name]).find((value) => value !== undefined)
      return target !== undefined && isSent(target) && !target.led && !(target.prefix !== undefined && fixed.test(target.prefix)) && test(target)
    }
  return [
    { call: paths('flask.redirect quart.redirect bottle.redirect werkzeug.utils.redirect django.shortcuts.redirect django.http.HttpResponseRedirect django.http.HttpResponsePermanentRedirect sanic.response.redirect sanic.redirect falcon.HTTPFound falcon.HTTPMovedPermanently falcon.HTTPSeeOther cherrypy.HTTPRedirect web.seeother web.redirect pyramid.httpexceptions.HTTPFound pyramid.httpexceptions.HTTPMovedPermanently'), args: [0, 'location', 'to', 'redirect_to', 'url'], when: leads(0, 'location', 'to', 'redirect_to', 'url') },
    { call: paths('fastapi.responses.RedirectResponse starlette.responses.RedirectResponse fastapi.RedirectResponse aiohttp.web.HTTPFound aiohttp.web.HTTPSeeOther aiohttp.web.HTTPMovedPermanently aiohttp.web.HTTPTemporaryRedirect'), args: [0, 'url', 'location'], when: leads(0, 'url', 'location') },
    { call: paths('tornado.web.RequestHandler().redirect webapp2.RequestHandler().redirect **.app.redirect'), args: [0, 'url'], when: leads(0, 'url') },
    { call: paths('http.server.BaseHTTPRequestHandler().send_header http.server.SimpleHTTPRequestHandler().send_header'), args: [1], when: (call) => call.args[0]?.constants?.[0] === 'Location' && leads(1)(call) },
    { assign: paths('**.headers.Location **.headers.location'), args: [0], when: leads(0) },
  ]
}

export const python: FlowSpec = {
  // A link cannot set a cookie.
  proof: (way) => mayHoldSlash(way) && !/cookie/i.test(way.origin),
  doubts: isLimited,
  // In a concatenated text, a setting may determine the host.
  sinks: [...redirects(({ built }) => !built), ...redirects(({ built }) => built).map((sink) => ({ ...sink, advice: true as const }))],
  // The browser writes the headers, not the link.
  sanitizers: paths('**.META.get **.headers.get **.lstrip **.get_full_path **.get_full_path_info **.get_host **.request.path **.request.path_info **.request.full_path **.request.url **.request.base_url **.request.host **.request.host_url **.request.url_root **.request.script_root **.request.path_qs **.request.uri **.request.query flask.url_for django.urls.reverse django.urls.reverse_lazy urllib.parse.quote urllib.parse.quote_plus urllib.parse.urlencode **.url_for **.url_path_for **.route_url **.route_path **.resource_url **.resource_path **.static_url **.HTTP_REFERER **.referrer **.referer **.build_absolute_uri **.get_absolute_url'),
  guards: paths('netloc hostname host **.startswith **.url_has_allowed_host_and_scheme **.is_safe_url **.is_safe_redirect **.is_safe_redirect_url **.fullmatch **.match **.is_valid_redirect'),
  attacks: ['https://e.x', '//e.x', '/\\e.x'],
}
