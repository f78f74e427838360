import type { Way } from '../flow/flow-rule.ts'

// Browsers encode an address, and proxies are asked for one; its host is that of whoever asks. The names of its parts are a route's own, and so are parts without a name.
const address = /(?:^|\.)(?:url|originalUrl|path|pathname|href|host|hostname|raw|params|params\.\d+|params\[.*\])$/
const field = /\.(?:query|body|params|payload|cookies)\.[a-z_]\w*$/i

/** One of the words that a request's sender writes as they please: a field of a form, a part of a query. */
export const isSentWord = ({ kind, origin }: Way): boolean => kind === 'request' && (field.test(origin) || !address.test(origin))

/** A field that a link holds, and whoever follows one sends. A whole query goes on as a query; in headers and bodies programs name addresses to each other: where an answer is to go, whom to call. */
export const isSentByLink = ({ kind, origin }: Way): boolean => kind === 'request' && /(?:query|params?)\.[\w-]+$/i.test(origin)
