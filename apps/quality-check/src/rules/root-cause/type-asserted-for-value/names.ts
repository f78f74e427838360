/** Whether the title of a test says that the type is what it tests. */
export const isOfType = (title: string): boolean => /type|string|number|numeric|text|bool|object|array|list|dict|tuple|float|\bint\b|integer|instance|kind|shape|json|serial|export|convert|coerce|cast/i.test(title)

/** Whether the name of a function says that its result differs from call to call, or from day to day. */
export const isDrawn = (call: string): boolean => /random|uuid|guid|nanoid|token|secret|salt|nonce|hash|now|time|date|today|version|latency|duration|size|usage|memory|load|pid|port|host|generate|create|new|id$|ids$|key$/i.test(call)
