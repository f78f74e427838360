import { execSync } from 'child_process'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { execa } from 'execa'
import http from 'node:http'
import shell from 'shelljs'

export const handler = async (event: APIGatewayProxyEvent) => {
  const name = event.queryStringParameters?.name
  // ruleid: command-injection
  const size = execSync('du -sh /data/' + name).toString()
  // ruleid: command-injection
  shell.exec(`rm -f /tmp/${event.body}`)
  return { statusCode: 200, body: JSON.stringify({ size }) }
}

Deno.serve(async (request: Request) => {
  const { folder } = await request.json()
  // ruleid: command-injection
  await execa('bash', ['-c', 'ls ' + folder])
  // ruleid: command-injection
  const listing = await new Deno.Command('sh', { args: ['-c', 'ls ' + folder] }).output()
  return new Response(listing.stdout)
})

http.createServer(async (request, response) => {
  let body = ''
  for await (const piece of request) body += piece
  // ruleid: command-injection
  execSync('ls ' + body)
  response.end()
})
