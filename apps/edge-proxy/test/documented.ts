import { operations } from '../src/openapi/document.ts'

const patterns = operations
  .map((operation) => ({ operation, pattern: new RegExp(`^${operation.path.replaceAll('.', String.raw`\.`).replace(/:\w+/g, '[^/]+').replace('*', '.+')}/?$`) }))
  // What is written out is found before what stands for anything.
  .toSorted((a, b) => a.operation.path.split(/[:*]/).length - b.operation.path.split(/[:*]/).length)

/** Holds a good answer in JSON against what the document promises of its route. */
export async function requireDocumented(method: string, path: string, response: Response): Promise<void> {
  if (!response.ok || response.headers.get('content-type') !== 'application/json') return
  const found = patterns.find(({ operation, pattern }) => operation.method === method && pattern.test(path.split('?', 1)[0] ?? ''))
  if (!found) throw new Error(`${method} ${path} is not in the OpenAPI document`)
  const answer = found.operation.answers[response.status]
  if (!answer) throw new Error(`${method} ${found.operation.path} answered ${response.status}, of which the OpenAPI document says nothing`)
  const wrong = answer.schema?.safeParse(await response.clone().json()).error
  if (wrong) throw new Error(`${method} ${found.operation.path} answered otherwise than the OpenAPI document says: ${wrong.message}`)
}
