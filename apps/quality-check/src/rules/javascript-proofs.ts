import type { Way } from '../flow/flow-rule.ts'
import { ofSocket } from '../flow/models/javascript-parameters.ts'

// Browsers encode an address, and proxies are asked for one; its host is that of whoever asks. The names of its parts are a route's own, and so are parts without a name.
const whole = /(?:^|\.)(?:url|originalUrl|path|pathname|href|host|hostname|raw|params|params\.\d+|params\[.*\])$/
const field = /\.(?:query|body|params|payload|cookies)\.[a-z_]\w*$/i

/** One of the words that a request's sender writes as they please: a field of a form, a part of a query. */
export const isSentWord = ({ kind, origin, what }: Way): boolean => kind === 'request' && what !== ofSocket && (field.test(origin) || !whole.test(origin))

/** No function may have looked at it on the way. */
export const isSentDirectly = (way: Way): boolean => isSentWord(way) && way.isDirect

/** A link holds it, and whoever follows one sends it. In headers and bodies programs name addresses to each other: where an answer is to go, whom to call. */
export const isSentByLink = (way: Way): boolean => isSentDirectly(way) && /(?:query|params?)\b/i.test(way.origin)
