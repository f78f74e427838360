import type { Env } from '../command.ts'
import { connectEdge, type Connection } from '../edge.ts'
import { CommandError } from '../command.ts'

const timeoutMs = 30_000
const faulty = 'def run(text):\n    return eval(text)\n'

/** Goes the way a tool goes, with the developer's key: a file is checked, a question is answered. Says what failed. */
export async function smokeTest(connection: Connection, env: Env): Promise<void> {
  const edge = connectEdge(connection, env)
  try {
    const check = await edge.request<{ version?: number; files?: { status: string; reason?: string }[]; findings?: unknown[] }>('POST', '/v1/checks', { timeoutMs, body: { files: [{ path: 'smoke.py', content: faulty }] } })
    if (check.files?.[0]?.status !== 'checked') throw new CommandError(`a check of a Python file came back as ${check.files?.[0]?.status ?? 'nothing'}: ${check.files?.[0]?.reason ?? 'no reason given'}`)
    const answer = await edge.request<{ choices?: { message?: { content?: string } }[] }>('POST', '/v1/chat/completions', {
      timeoutMs,
      body: { model: 'elder/sages', stream: false, messages: [{ role: 'user', content: 'What do you know about this repository?' }] },
    })
    if (!answer.choices?.[0]?.message?.content) throw new CommandError('elder/sages answered without a text')
  } finally {
    edge.close()
  }
}

/** The id of the first model that a provider brings; undefined when there is none. */
export async function findProviderModel(connection: Connection, env: Env): Promise<string | undefined> {
  const edge = connectEdge(connection, env)
  try {
    const { data } = await edge.request<{ data: { id: string }[] }>('GET', '/v1/models', { timeoutMs })
    return data.find(({ id }) => !id.startsWith('elder/'))?.id
  } finally {
    edge.close()
  }
}
