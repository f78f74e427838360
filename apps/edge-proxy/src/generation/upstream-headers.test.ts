import { expect, test } from 'vitest'
import { answerHeaders, upstreamHeaders } from './upstream-headers.ts'

test('what concerns this hop or this platform stays here', () => {
  const raw = ['Host', 'edge', 'Connection', 'keep-alive, X-Hop', 'X-Hop', '1', 'Authorization', 'Bearer elder_x', 'X-Api-Key', 'k', 'Cookie', 'c', 'X-Elder-Repository', 'r', 'X-Forwarded-For', '1.2.3.4', 'TraceParent', 't', 'Accept-Encoding', 'gzip', 'Content-Length', '3', 'Transfer-Encoding', 'chunked']
  expect(upstreamHeaders(raw, [])).toEqual(['accept-encoding', 'identity'])
})

test('everything else goes on as it came, with the provider\'s own key', () => {
  const raw = ['Content-Type', 'application/json', 'X-Stainless-Lang', 'js', 'OpenAI-Beta', 'a', 'OpenAI-Beta', 'b']
  expect(upstreamHeaders(raw, ['authorization', 'Bearer p'])).toEqual(['content-type', 'application/json', 'x-stainless-lang', 'js', 'openai-beta', 'a', 'openai-beta', 'b', 'accept-encoding', 'identity', 'authorization', 'Bearer p'])
})

test('a client sees the headers of an answer that are meant for it', () => {
  expect(answerHeaders({ 'content-type': 'application/json', 'retry-after': ['3'], 'set-cookie': 'a=b', server: 'x', 'x-ratelimit-limit-requests': '9', 'x-request-id': 'theirs' })).toEqual({ 'content-type': 'application/json', 'retry-after': '3' })
})

test('each family of providers gets its own headers, and always Anthropic\'s version', () => {
  const raw = ['anthropic-version', '2024-01-01', 'anthropic-beta', 'a,b', 'OpenAI-Beta', 'c']
  expect(upstreamHeaders(raw, ['x-api-key', 'k'], 'anthropic')).toEqual(['anthropic-version', '2024-01-01', 'anthropic-beta', 'a,b', 'accept-encoding', 'identity', 'x-api-key', 'k'])
  expect(upstreamHeaders(raw, ['anthropic-version', 'ours'], 'anthropic')).toEqual(['anthropic-beta', 'a,b', 'accept-encoding', 'identity', 'anthropic-version', 'ours'])
  expect(upstreamHeaders([], [], 'anthropic')).toEqual(['accept-encoding', 'identity', 'anthropic-version', '2023-06-01'])
  expect(upstreamHeaders(raw, [], 'openai')).toEqual(['openai-beta', 'c', 'accept-encoding', 'identity'])
})
