import type { GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import type { AnswerTap } from '../generation/answer-tap.ts'
import { wordsOfAnswer } from './answer-words.ts'
import type { Patterns } from './patterns.ts'
import { StreamCheck } from './stream-check.ts'

const maxAnswerLength = 32 * 1024 * 1024

/** Withholds answers that match a denied pattern; undefined for APIs whose answers contain no text. */
export function answerCheck({ api, stream }: GenerationRequest, patterns: Patterns, onDenied: () => void): AnswerTap | undefined {
  if (api === 'embeddings' || api === 'count_tokens') return undefined
  const deny = (text: string): never => {
    onDenied()
    throw new ServiceError('permission_denied', `the model's answer was withheld: it fits ${patterns.nameOf(text)}`, { reason: 'ANSWER_DENIED' })
  }
  return stream ? new StreamCheck(patterns, deny) : wholeCheck(patterns, deny)
}

function wholeCheck(patterns: Patterns, deny: (text: string) => never): AnswerTap {
  const chunks: Buffer[] = []
  let length = 0
  return {
    take(chunk) {
      length += chunk.length
      if (length > maxAnswerLength) throw new ServiceError('unavailable', `the model's answer is over ${maxAnswerLength} bytes: it cannot be checked as your policies ask`, { reason: 'ANSWER_UNREADABLE' })
      chunks.push(chunk)
      return undefined
    },
    end() {
      const body = Buffer.concat(chunks)
      for (const { text } of wordsOfAnswer(parse(body))) if (patterns.test(text)) deny(text)
      return body
    },
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new ServiceError('unavailable', "the model's answer is not JSON: it cannot be checked as your policies ask", { reason: 'PROVIDER_GARBAGE', cause: error })
  }
}
