import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { of } from '../../javascript-paths.ts'
import type { SeenValue } from '../../../flow/flow-rule.ts'
import { isConstant, isNumber } from '../../when.ts'

const isOpen = (mode: SeenValue | undefined): boolean => isConstant(mode, (value) => (typeof value === 'number' && (value & 0o002) !== 0 && value <= 0o7777) || (typeof value === 'string' && /^0?[0-7]{2}[2367]$/.test(value)))

export const javascript: FlowSpec = {
  sinks: [
    { call: of('fs fs.promises', 'chmod chmodSync fchmod fchmodSync lchmod'), always: true, when: ({ args }) => isOpen(args[1]) },
    // The process's umask removes permissions from a new file, mostly this one.
    { call: of('fs fs.promises', 'mkdir mkdirSync writeFile writeFileSync open openSync appendFile'), always: true, when: ({ args }) => args.slice(1).some((value) => isOpen(value.field('mode'))), advice: true },
    { call: ['process.umask'], always: true, when: ({ args }) => isNumber(args[0], (mask) => mask === 0), advice: true },
  ],
}
