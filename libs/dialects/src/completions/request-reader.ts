import type { Conversation } from '../conversation.ts'
import { optionalNumber, optionalString, refuseFields, textPart, untranslatable, type Fields } from '../fields.ts'
import { read, unreadFields, type Shape } from '../nested-fields.ts'
import { readStop } from '../chat/request-reader.ts'

const refused = { logprobs: 'leave it out', echo: 'leave it out', logit_bias: 'leave it out' }

/** The known fields of a text completions request. */
const completionsFields: Shape = {
  ...read('model', 'prompt', 'suffix', 'stream', 'n', 'best_of', 'max_tokens', 'stop'),
  temperature: 'temperature',
  top_p: 'top p',
  user: 'user',
  stream_options: read('include_usage'),
}

const continuation = 'You complete texts and programs. Go on exactly where the text ends. Write only what follows it: no explanation, no repetition, no code fence.'
const infill = 'You complete texts and programs at a cursor. You are given what stands before it and after it. Write only what belongs in between: no explanation, no repetition of either side, no code fence.'

/** Parses a text completions request into a conversation that asks a chat model for the completion. */
export function readCompletions(body: Fields): Conversation {
  refuseFields(body, refused)
  for (const field of ['n', 'best_of']) if (typeof body[field] === 'number' && body[field] > 1) throw untranslatable(field, 'more than one answer', 'ask for one')
  const prompt = Array.isArray(body.prompt) && body.prompt.length === 1 ? (body.prompt[0] as unknown) : body.prompt
  if (typeof prompt !== 'string') throw untranslatable('prompt', 'a list of prompts or tokens', 'send one text')
  const suffix = optionalString(body.suffix)
  const task = suffix === undefined ? continuation : infill
  const text = suffix === undefined ? prompt : `<before>${prompt}</before>\n<after>${suffix}</after>`
  return {
    turns: [{ role: 'system', parts: [textPart(task)] }, { role: 'user', parts: [textPart(text)] }],
    tools: [],
    toolChoice: undefined,
    oneCallAtATime: false,
    maxTokens: optionalNumber(body, 'max_tokens'),
    temperature: optionalNumber(body, 'temperature'),
    topP: optionalNumber(body, 'top_p'),
    topK: undefined,
    stop: readStop(body.stop),
    format: undefined,
    reasoning: undefined,
    showsReasoning: false,
    user: optionalString(body.user),
    verbosity: undefined,
    shared: {},
    ...unreadFields(completionsFields, body),
  }
}
