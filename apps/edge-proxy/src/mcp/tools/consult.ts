import * as z from 'zod'
import { ConsultationServiceDefinition, type ConsultResponse } from '@elder/contracts/sage'
import type { Consult } from '../../generation/sages-model.ts'
import { answerWithinMs } from '../../policies.ts'
import { wholeConsultation } from '../../rest/consultations.ts'
import type { RequestContext } from '../request-context.ts'
import { reads, repositoryArgument, tool, type Tool } from './tool.ts'

export interface ConsultToolParts {
  readonly consult: Consult
}

const input = z.strictObject({
  question: z.string().trim().min(1, 'must hold a question').max(20_000, 'may hold 20,000 characters').describe('The question, in a sentence.'),
  repository: repositoryArgument,
})

export function consultTool({ consult }: ConsultToolParts): Tool {
  return tool({
    name: 'elder_consult',
    title: 'Ask the sages',
    description: "Answers a question from the team's own decisions, conventions, lessons and code, with citations of files and lines.",
    needs: ConsultationServiceDefinition.fullName,
    annotations: reads,
    input,
    async run({ question, repository }, context) {
      const responses = consult({ question, repository: repository || context.exchange.repository, deadlineMillis: 0 }, context.call(answerWithinMs.tool))
      const { answer, sages } = await wholeConsultation(withProgress(responses, context))
      const missing = sages.filter(({ status }) => status === 'timed_out' || status === 'failed').map(({ name, status }) => `${name} (${status.replaceAll('_', ' ')})`)
      return missing.length === 0 ? answer : `${answer}\n\nThis answer lacks: ${missing.join(', ')}. Ask again later for a more complete one.`
    },
  })
}

// The length of the answer is unknown, so progress is the number of characters written.
async function* withProgress(responses: AsyncIterable<ConsultResponse>, context: RequestContext): AsyncGenerator<ConsultResponse> {
  let written = 0
  for await (const response of responses) {
    if (response.event?.$case === 'text') await context.progress({ done: (written += response.event.value.length), message: `${written} characters written` })
    yield response
  }
}
