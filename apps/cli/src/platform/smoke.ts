import { CommandError, type Env } from '../command.ts'
import { connectEdge, type Connection } from '../edge.ts'

const timeoutMs = 30_000

/** Uses the platform like a tool, with the developer's key: checks a file and asks a question. Returns what failed. */
export async function smokeTest(connection: Connection, env: Env): Promise<void> {
  const edge = connectEdge(connection, env)
  try {
    // A file in no language, because an engine takes memory after its first file, and may never be needed.
    const check = await edge.request<{ verdict?: string; files?: { path: string }[] }>('POST', '/v1/checks', { timeoutMs, body: { files: [{ path: 'smoke', content: 'a line of text\n' }] } })
    if (check.verdict === undefined || check.files?.[0]?.path !== 'smoke') throw new CommandError('the answer to the test check has no file or no verdict', { fix: 'elder logs quality-check edge-proxy' })
    const answer = await edge.request<{ choices?: { message?: { content?: string } }[] }>('POST', '/v1/chat/completions', {
      timeoutMs,
      body: { model: 'elder/sages', stream: false, messages: [{ role: 'user', content: 'What do you know about this repository?' }] },
    })
    if (!answer.choices?.[0]?.message?.content) throw new CommandError('elder/sages answered without a text', { fix: 'elder logs sage-consultation edge-proxy' })
  } finally {
    edge.close()
  }
}

/** The id of a provider's first model; undefined if there is none. */
export async function findProviderModel(connection: Connection, env: Env): Promise<string | undefined> {
  const edge = connectEdge(connection, env)
  try {
    const { data } = await edge.request<{ data: { id: string }[] }>('GET', '/v1/models', { timeoutMs })
    return data.find(({ id }) => !id.startsWith('elder/'))?.id
  } finally {
    edge.close()
  }
}
