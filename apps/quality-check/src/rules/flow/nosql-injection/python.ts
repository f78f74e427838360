import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { isSent, methods, paths } from '../../python-calls.ts'

/** A JSON body may contain an object with operators in place of a text; a query parameter is always text. */
const isJson = (value: SeenValue | undefined): boolean => /(?:^|\.)(?:json|get_json\(\)|loads\(\)|body|data|media)(?:\.|\(\)|$)/.test(value?.path ?? '')
const fields = (value: SeenValue | undefined): (SeenValue | undefined)[] => [value, ...(value?.keys ?? []).map((key) => value?.field(key))]
const isQuery = (value: SeenValue | undefined): boolean => fields(value).some((field) => isSent(field) && isJson(field))
const database = /mongo|\bdb\b|coll/i
const queries = 'find find_one find_one_and_update find_one_and_delete find_one_and_replace update_one update_many delete_one delete_many count_documents replace_one'

export const python: FlowSpec = {
  sinks: [
    { call: methods(queries), args: [0, 'filter'], when: ({ args, keywords, path }) => isQuery(args[0] ?? keywords.filter) && ((args[0] ?? keywords.filter)?.isRecord === true || database.test(path)) },
    // Other classes have a method of this name, too.
    { call: methods(queries), args: [0, 'filter'], when: ({ args, keywords }) => isQuery(args[0] ?? keywords.filter), advice: true },
    { call: methods('find find_one aggregate'), args: ['0.$where'], when: ({ args }) => isSent(args[0]?.field('$where')) },
    { call: methods('objects'), args: ['__raw__'], when: ({ keywords: { __raw__: raw } }) => isSent(raw) && isJson(raw) },
  ],
  sanitizers: paths('str **.str'),
}
