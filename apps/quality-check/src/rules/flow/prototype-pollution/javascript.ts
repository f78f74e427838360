import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { of } from '../../javascript-paths.ts'
import { isTrue } from '../../when.ts'

export const javascript: FlowSpec = {
  sinks: [
    // Newer versions of these libraries skip such keys.
    { call: [...of('lodash', 'merge mergeWith defaultsDeep'), 'lodash.merge', '**._.merge', '**._.defaultsDeep', '@hapi/hoek.merge', 'hoek.merge', '@hapi/hoek.applyToDefaults', 'hoek.applyToDefaults'], args: [1, 2, 3], sure: true, advice: true },
    { call: ['merge', 'merge-deep', 'mixin-deep', 'deep-extend', 'deepmerge', 'just-extend', 'node.extend', 'defaults-deep', 'assign-deep', 'merge-options', 'jsonmerge', 'deep-assign'], args: [1, 2, 3], sure: true },
    { call: ['$.extend', 'extend', 'angular.merge'], args: [1, 2, 3], when: ({ args, path }) => path === 'angular.merge' || isTrue(args[0]), sure: true },
    { call: [...of('lodash', 'set setWith zipObjectDeep'), 'object-path.set', 'dot-prop.set', 'dot-prop.setProperty', 'set-value', 'dset', 'just-safe-set', 'jsonpointer.set', 'dottie.set', '**._.set'], args: [1], sure: true },
  ],
  sanitizers: ['lodash.pick', 'lodash.pick()', '**.parse', '**.validate', '**.validateSync', '**.pick'],
}
