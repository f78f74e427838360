/** V8 needs about ten before it notes what they read. */
const reads = 1_000

/**
 * Lets V8 optimize calls of a text's methods. ioredis has a class that extends String, and a prototype that was extended is a dictionary for V8 until one of
 * its methods is read from an object. Texts are no objects: without this each `charCodeAt` in the process is looked up (tools/bench/edge).
 */
export function restoreStringPrototype(): void {
  for (let read = 0; read < reads; read++) (Object('') as string).trim()
}
