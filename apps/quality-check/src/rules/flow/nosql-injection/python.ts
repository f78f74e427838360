import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { isSent, methods, paths } from '../../python-calls.ts'

/** A body of JSON may hold an object of operators where a text was meant; an argument of the address is always text. */
const isJson = (value: SeenValue | undefined): boolean => /(?:^|\.)(?:json|get_json\(\)|loads\(\)|body|data|media)(?:\.|\(\)|$)/.test(value?.path ?? '')
const fields = (value: SeenValue | undefined): (SeenValue | undefined)[] => [value, ...(value?.keys ?? []).map((key) => value?.field(key))]

export const python: FlowSpec = {
  sinks: [
    { call: methods('find find_one find_one_and_update find_one_and_delete find_one_and_replace update_one update_many delete_one delete_many count_documents replace_one'), args: [0, 'filter'], when: ({ args, keywords }) => fields(args[0] ?? keywords.filter).some((value) => isSent(value) && isJson(value)) },
    { call: methods('find find_one aggregate'), args: ['0.$where'], when: ({ args }) => isSent(args[0]?.field('$where')) },
    { call: methods('objects'), args: ['__raw__'], when: ({ keywords: { __raw__: raw } }) => isSent(raw) && isJson(raw) },
  ],
  sanitizers: paths('str **.str'),
}
