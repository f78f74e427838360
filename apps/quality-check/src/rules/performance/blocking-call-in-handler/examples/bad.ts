import { readFileSync } from 'node:fs'
import { execSync } from 'node:child_process'

app.get('/terms', (req, res) => {
  // ruleid: blocking-call-in-handler
  res.send(readFileSync('terms.html', 'utf8'))
})

export async function POST(request: Request) {
  // ruleid: blocking-call-in-handler
  return new Response(execSync('uptime'))
}
