/** A test whose title says that it asks for the type. */
export const isOfType = (title: string): boolean => /type|string|number|numeric|text|bool|object|array|list|dict|tuple|float|\bint\b|integer|instance|kind|shape|json|serial|export|convert|coerce|cast/i.test(title)

/** What it gives differs from call to call, or from day to day. */
export const isDrawn = (call: string): boolean => /random|uuid|guid|nanoid|token|secret|salt|nonce|hash|now|time|date|today|version|latency|duration|size|usage|memory|load|pid|port|host|generate|create|new|id$|ids$|key$/i.test(call)
