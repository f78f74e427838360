import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { waitUntil } from '../src/index.ts'

test('runs as a program that says its URL, behaves as told and ends on SIGTERM', async () => {
  const program = fileURLToPath(new URL('../src/provider-main.ts', import.meta.url))
  const child = spawn(process.execPath, [program, '--model', 'mine', '--behave', '{"do":"refuse","status":418}'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  try {
    const url = await waitUntil(() => lines[0])
    const answer = await fetch(`${url}/chat/completions`, { method: 'POST', body: '{"model":"mine","messages":[]}' })
    expect(answer.status).toBe(418)
  } finally {
    child.kill('SIGTERM')
  }
  expect(await waitUntil(() => child.exitCode !== null && { code: child.exitCode })).toEqual({ code: 0 })
})
