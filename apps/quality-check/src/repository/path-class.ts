const vendored = /(^|\/)(node_modules|bower_components|vendor|vendored|third[_-]?party|site-packages|\.venv|venv|dist|build|out|target|coverage|\.next|\.nuxt)\//i
const fixture = /(^|\/)(__fixtures__|fixtures?|__mocks__|testdata|examples?|templates?|playground|stubs?|snippets)(\/|$)/i
const generatedName = /(^|\/)(generated|__generated__|gen|autogen)\/|[._-](generated|gen|pb|g)\.[a-z]+$|_pb2(_grpc)?\.pyi?$|\.min\.[cm]?js$|\.designer\.[a-z]+$/i
const generatedMark = /@generated\b|\bdo not edit\b|\bcode generated\b|\bauto-?generated\b/i
const headLength = 600

/** Third-party code or build output that is checked in. */
export const isVendored = (path: string): boolean => vendored.test(path)

/** Fixtures: their dependencies are declared and locked elsewhere, if at all. */
export const isFixture = (path: string): boolean => fixture.test(path)

/** Generated code, recognised by its name or by a marker in its first lines. */
export const isGenerated = (path: string, text: string): boolean => generatedName.test(path) || generatedMark.test(text.slice(0, headLength))
