import type { Way } from '../flow/flow-rule.ts'

// Browsers encode the parts of a URL, and the host is the client's own choice. A route defines the names of its parameters.
const address = /(?:^|\.)(?:url|originalUrl|path|pathname|href|host|hostname|raw|params|params\.\d+|params\[.*\])$/
const field = /\.(?:query|body|params|payload|cookies)\.[a-z_]\w*$/i

/** Whether the data is a value that the client chooses freely: a field of a form, a part of a query. */
export const isSentWord = ({ kind, origin }: Way): boolean => kind === 'request' && (field.test(origin) || !address.test(origin))

/** Whether the data is a single query parameter, which a link can carry. Whole queries, headers and bodies are excluded: in those, programs send each other URLs. */
export const isSentByLink = ({ kind, origin }: Way): boolean => kind === 'request' && /(?:query|params?)\.[\w-]+$/i.test(origin)
