import type { Way } from '../flow/flow-rule.ts'
import { ofAddress } from '../flow/models/python-parameters.ts'

// Whole requests, data that the browser writes itself, and uploads, whose file names frameworks reduce to a base name.
const noField = /(?:^|\.)(?:_?req(?:uest)?|environ)$|\.(?:headers|META|environ|referr?er|host|host_url|url|base_url|path|full_path|files|FILES|rfile|user_agent)\b/

/** A field that the client or the author of a link chooses freely, and that stayed in the function that received it, so that no other one checked it. */
export const isSentDirectly = ({ kind, origin, isDirect }: Way): boolean => kind === 'request' && isDirect && !noField.test(origin)

/** The same, and it may contain a slash, unlike a segment of the URL's path. */
export const mayHoldSlash = (way: Way): boolean => isSentDirectly(way) && way.what !== ofAddress
