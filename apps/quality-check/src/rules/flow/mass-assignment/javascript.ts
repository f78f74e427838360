import type { FlowSpec } from '../../../flow/flow-rule.ts'
import type { SeenValue } from '../../../flow/flow-rule.ts'
import { anyOf } from '../../javascript-paths.ts'
import { isDocumentModel } from '../../when.ts'

const isWhole = (value: SeenValue | undefined): boolean => value?.path !== undefined && /(?:^|\.)(?:http\.request|req|request|ctx\.request|koa\.context\.request)\.(?:body|query)$/.test(value.path)

export const javascript: FlowSpec = {
  sinks: [
    { call: anyOf('create insertOne insertMany insert updateOne updateMany findByIdAndUpdate findOneAndUpdate update build bulkCreate'), args: [0, 1], when: ({ args, path }) => isDocumentModel(path) && args.slice(0, 2).some(isWhole), sure: true },
    { call: ['Object.assign', 'lodash.assign', 'lodash.extend', 'lodash.assignIn'], args: [1, 2], when: ({ args }) => [args[1], args[2]].some(isWhole) && args[0]?.keys === undefined, sure: true },
    { call: ['**.User', '**.Account', '**.Order', '**.Customer', '**.Product', '**.Member'], args: [0], when: ({ args }) => isWhole(args[0]), sure: true },
  ],
}
