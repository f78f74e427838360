import { execSync } from 'child_process'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import shell from 'shelljs'

export const handler = async (event: APIGatewayProxyEvent) => {
  const name = event.queryStringParameters?.name
  // ruleid: command-injection
  const size = execSync('du -sh /data/' + name).toString()
  // ruleid: command-injection
  shell.exec(`rm -f /tmp/${event.body}`)
  return { statusCode: 200, body: JSON.stringify({ size }) }
}
