import type { Way } from '../flow/flow-rule.ts'
import { ofSocket } from '../flow/models/javascript-parameters.ts'

// Browsers encode an address; its host is that of whoever asks.
const whole = /(?:^|\.)(?:url|originalUrl|path|pathname|href|host|hostname|raw)$/

/** A request asks for it, and no function may have looked at it on the way. */
export const isAskedDirectly = ({ kind, isDirect }: Way): boolean => kind === 'request' && isDirect

/** One of the words that a request's sender writes as they please: a field of a form, a part of a query. */
export const isSentWord = ({ kind, origin, what }: Way): boolean => kind === 'request' && what !== ofSocket && !whole.test(origin)
export const isSentDirectly = (way: Way): boolean => isSentWord(way) && way.isDirect
