import type { Tool } from '../conversation.ts'
import { freeformInput } from '../fields.ts'

/** One item of a response's output, while it is being written. */
export interface OutputItem {
  readonly kind: 'message' | 'reasoning' | 'call'
  readonly index: number
  readonly id: string
  text: string
  /** Of a message: text or refusal. */
  part: 'output_text' | 'refusal'
  readonly callId: string
  readonly name: string
  readonly namespace: string | undefined
  readonly isFreeform: boolean
  sealed: string | undefined
  isDone: boolean
}

/** The client's names of tools that were sent under other names. */
export interface ToolNames {
  readonly freeform: ReadonlySet<string>
  readonly grouped: ReadonlyMap<string, { readonly namespace: string; readonly name: string }>
}

export function toolNames(tools: readonly Tool[], grouped: ToolNames['grouped']): ToolNames {
  return { freeform: new Set(tools.filter(({ isFreeform }) => isFreeform).map(({ name }) => name)), grouped }
}

export function contentOf({ part, text }: OutputItem): object {
  return part === 'refusal' ? { type: part, refusal: text } : { type: part, text, annotations: [], logprobs: [] }
}

/** An item as it is sent: empty at its start, complete at its end. */
export function itemShape(item: OutputItem, isDone: boolean): object {
  const status = isDone ? 'completed' : 'in_progress'
  if (item.kind === 'message') return { id: item.id, type: 'message', status, role: 'assistant', content: isDone ? [contentOf(item)] : [] }
  if (item.kind === 'reasoning') {
    const summary = isDone && item.text !== '' ? [{ type: 'summary_text', text: item.text }] : []
    return { id: item.id, type: 'reasoning', summary, ...(item.sealed !== undefined && { encrypted_content: item.sealed }) }
  }
  const call = { id: item.id, call_id: item.callId, name: item.name, ...(item.namespace !== undefined && { namespace: item.namespace }) }
  if (item.isFreeform) return { ...call, type: 'custom_tool_call', status, input: isDone ? freeformInput(item.text) : '' }
  return { ...call, type: 'function_call', status, arguments: isDone ? item.text || '{}' : '' }
}
