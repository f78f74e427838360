import type { AnswerReader, AnswerWriter } from './answer-format.ts'
import { ChatReader } from './chat/answer-reader.ts'
import { ChatWriter } from './chat/answer-writer.ts'
import { readChat } from './chat/request-reader.ts'
import { writeChat } from './chat/request-writer.ts'
import { CompletionsReader } from './completions/answer-reader.ts'
import { CompletionsWriter } from './completions/answer-writer.ts'
import { readCompletions } from './completions/request-reader.ts'
import type { Conversation, Tool } from './conversation.ts'
import type { Fields } from './fields.ts'
import { MessagesReader } from './messages/answer-reader.ts'
import { MessagesWriter } from './messages/answer-writer.ts'
import { readMessages } from './messages/request-reader.ts'
import { writeMessages } from './messages/request-writer.ts'
import { isObject, type GenerationRequest } from './request.ts'
import { ResponsesReader } from './responses/answer-reader.ts'
import { ResponsesWriter } from './responses/answer-writer.ts'
import { toolNames, type ToolNames } from './responses/output-items.ts'
import { qualifiedName, readResponses } from './responses/request-reader.ts'
import { writeResponses } from './responses/request-writer.ts'

/** The formats of requests for a model's answer. */
export type ConversationApi = 'chat' | 'messages' | 'responses' | 'completions'

export const requestReaders: Record<ConversationApi, (body: Fields) => Conversation> = { chat: readChat, messages: readMessages, responses: readResponses, completions: readCompletions }

/** The formats into which a conversation can be translated, with the least loss first. */
export const requestWriters = { messages: writeMessages, chat: writeChat, responses: writeResponses } as const

export const answerReaders: Record<ConversationApi, () => AnswerReader> = {
  chat: () => new ChatReader(),
  messages: () => new MessagesReader(),
  responses: () => new ResponsesReader(),
  completions: () => new CompletionsReader(),
}

/** The writer for answers to a request. `createdSeconds` is the answer's time of creation. */
export function answerWriter(request: GenerationRequest, api: ConversationApi, tools: readonly Tool[], createdSeconds: number): AnswerWriter {
  const { model, includeUsage, value } = request
  const head = { model, created: createdSeconds, includeUsage }
  switch (api) {
    case 'chat':
      return new ChatWriter(head, toolNames(tools, new Map()).freeform)
    case 'messages':
      return new MessagesWriter(model)
    case 'completions':
      return new CompletionsWriter(head)
    default:
      return new ResponsesWriter(value, model, createdSeconds, toolNames(tools, groupedTools(value.tools)))
  }
}

function groupedTools(tools: unknown): ToolNames['grouped'] {
  const grouped = new Map<string, { namespace: string; name: string }>()
  if (!Array.isArray(tools)) return grouped
  for (const group of tools.filter(isObject)) {
    if (group.type !== 'namespace' || typeof group.name !== 'string' || !Array.isArray(group.tools)) continue
    for (const { name } of group.tools.filter(isObject)) if (typeof name === 'string') grouped.set(qualifiedName(group.name, name), { namespace: group.name, name })
  }
  return grouped
}
