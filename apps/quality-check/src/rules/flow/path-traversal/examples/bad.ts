import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export async function GET(request: Request, { params }: { params: { slug: string } }) {
  const name = new URL(request.url).searchParams.get('name')
  // ruleid: path-traversal
  const text = await readFile(join('content', name ?? 'index.md'), 'utf8')
  return new Response(text, { headers: { 'content-type': 'text/plain' } })
}
