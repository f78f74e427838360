import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { anyOf } from '../../javascript-paths.ts'
import { isTrue } from '../../when.ts'

export const javascript: FlowSpec = {
  sinks: [
    { call: anyOf('readUInt8 readUInt16LE readUInt16BE readUInt32LE readUInt32BE readInt8 readInt16LE readInt16BE readInt32LE readInt32BE readFloatLE readFloatBE readDoubleLE readDoubleBE'), always: true, when: ({ args }) => isTrue(args[1]) },
    { call: anyOf('writeUInt8 writeUInt16LE writeUInt16BE writeUInt32LE writeUInt32BE writeInt8 writeInt16LE writeInt16BE writeInt32LE writeInt32BE writeFloatLE writeFloatBE writeDoubleLE writeDoubleBE'), always: true, when: ({ args }) => isTrue(args[2]) },
  ],
}
