import type { Way } from '../flow/flow-rule.ts'
import { ofAddress } from '../flow/models/python-parameters.ts'

// A request handed on as a whole, what the browser writes itself, and uploads, whose names frameworks take the folders off.
const noField = /(?:^|\.)(?:_?req(?:uest)?|environ)$|\.(?:headers|META|environ|referr?er|host|host_url|url|base_url|path|full_path|files|FILES|rfile|user_agent)\b/

/** A field that the sender of a request, or of a link, fills in as they please, and that stayed in the function it came to: no other may have looked at it. */
export const isSentDirectly = ({ kind, origin, isDirect }: Way): boolean => kind === 'request' && isDirect && !noField.test(origin)

/** The same, and it may hold a slash: no part of an address that ends at the next one. */
export const mayHoldSlash = (way: Way): boolean => isSentDirectly(way) && way.what !== ofAddress
