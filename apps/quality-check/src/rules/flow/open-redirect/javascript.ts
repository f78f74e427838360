import type { FlowSpec, SeenValue, Sink, SourceKind } from '../../../flow/flow-rule.ts'
import { ofResponse } from '../../javascript-paths.ts'
import { isSentByLink } from '../../javascript-proofs.ts'
import { isLimited } from '../../javascript-surroundings.ts'
import { isNamedOutside, isText, type When } from '../../when.ts'

/** The target begins with "/path" or "https://host/", so the host is fixed. After "/" alone, the data could begin with "/" and a host. */
const isFixed = (value: SeenValue | undefined): boolean => value?.prefix !== undefined && /^(?:\/[^/\\]|[a-z]+:\/\/[^/?#]+[/?#]|[\w./-]*[?#]|[\w.-]+\/|[\w-]+\.[a-z]|\.)/i.test(value.prefix)
/** After an unknown beginning, or on a path of the site's own URL, the target is the site's choice. */
const foreign: ReadonlySet<SourceKind> = new Set(['request', 'location', 'message'])
const here = /^(?:window\.|document\.)*(?:location|location\.href|URL|documentURI|location\.toString\(\))$|\.(?:originalUrl|hostname|baseUrl|path|protocol)$/
const isPart = (value: SeenValue): boolean => /(?:searchParams|URLSearchParams\(\))\.(?:get|getAll)\(\)/.test(value.path ?? '')
const isHere = (value: SeenValue): boolean => !isNamedOutside(value) && !isPart(value) && value.sources.every((kind, index) => !foreign.has(kind) || here.test(value.origins[index] ?? ''))
/** The target begins with the page's path, the requested path, or the host. */
const isLedHere = ({ built, prefix, origins: [first = ''] }: SeenValue): boolean =>
  built && (prefix === undefined ? /(?:^|\.)location\.(?:pathname|origin)$|^(?:req|request)\.url$/.test(first) : /^https?:\/\/$/.test(prefix) && /\.(?:host|hostname)$|^(?:req|request)\.url$/.test(first))
const isOurs = (value: SeenValue): boolean => isHere(value) || isLedHere(value) || value.led || /^URL\(\)(?:\.href|\.toString\(\))?$|(?:^|\.)(?:req|request)\.url\.replace\(\)$/.test(value.path ?? '')
const isOpen = (value: SeenValue | undefined): boolean => value !== undefined && (isNamedOutside(value) || value.sources.some((kind) => foreign.has(kind))) && !isFixed(value) && !isOurs(value)

/** Redirects to a target from outside that satisfies the test. */
function redirects(test: (target: SeenValue) => boolean): Sink[] {
  const leads = (value: SeenValue | undefined): boolean => value !== undefined && isOpen(value) && test(value)
  const last: When = ({ args }) => leads(args.at(-1))
  const first: When = ({ args }) => leads(args[0])
  return [
    { call: ofResponse('redirect'), when: last, sure: true },
    { call: ['next.server.NextResponse.redirect', 'next.navigation.redirect', 'next.navigation.permanentRedirect', 'Response.redirect', '@remix-run/node.redirect', '@remix-run/server-runtime.redirect', 'react-router.redirect', 'react-router-dom.redirect', '@sveltejs/kit.redirect', 'hono.redirect', 'koa.context.redirect'], when: ({ args }) => args.some(leads) },
    { call: ofResponse('setHeader set header location append'), args: [0, 1], when: ({ args, path }) => (path.endsWith('.location') ? leads(args[0]) : isText(args[0], /^location$/i) && leads(args[1])) },
    { call: ofResponse('writeHead'), args: ['1.Location', '1.location', '2.Location'], when: ({ args }) => [args[1]?.field('Location'), args[1]?.field('location'), args[2]?.field('Location')].some(leads) },
    { returns: 'handler', when: ({ args }) => args.some((value) => value.keys !== undefined && (leads(value.field('redirect')?.field('destination')) || (value.field('statusCode') !== undefined && leads(value.field('url'))))) },
    { assign: ['location', 'location.href', '**.location.href', 'top.location', 'parent.location', 'opener.location', '**.contentWindow.location', '**.$window.location'], when: first, sure: true },
    { call: ['location.assign', 'location.replace', '**.location.assign', '**.location.replace', 'open', '**.$window.open', '**.router.navigateByUrl'], args: [0], when: first, sure: true },
  ]
}

export const javascript: FlowSpec = {
  proof: isSentByLink,
  doubts: (text, _, origin) => isLimited(text, origin),
  // In a concatenated text, a setting may determine the host.
  sinks: [...redirects(({ built }) => !built), ...redirects(({ built }) => built).map((sink) => ({ ...sink, advice: true as const }))],
  sanitizers: ['encodeURIComponent', 'path.basename', '**.pathname', 'querystring.escape', 'querystring.stringify', 'qs.stringify', 'sanitizeUrl', '@braintree/sanitize-url.sanitizeUrl', '**.sanitizeRedirect', '**.safeRedirect', 'safeRedirect', '**.getSafeRedirect', '**.isSafeRedirect'],
  guards: ['**.startsWith', '**.test', '**.isURL', 'isSafeRedirect', 'isLocalUrl', '**.isLocalUrl', 'isLocalURL', '**.isLocalURL', 'isRelativeUrl', 'isRelativeURL', '**.isSameOrigin', 'isAllowedRedirect', 'isValidRedirect'],
  attacks: ['https://e.x', '//e.x', '/\\e.x'],
}
