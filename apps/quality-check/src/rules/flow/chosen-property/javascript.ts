import type { FlowSpec } from '../../../flow/flow-rule.ts'

const changesAll = 'a key such as __proto__ changes all objects'

export const javascript: FlowSpec = {
  sinks: [
    { call: ['<key>.call'], args: [0], sure: true },
    { call: ['<key>.write'], args: [0], when: ({ args }) => args[1] === undefined && args[0]?.sources.includes('request') === true && (args[0].prefix ?? '') === '', sure: true, advice: true, message: 'it names what is overwritten' },
    { call: ['<key>.write'], args: [1], when: ({ args }) => args[1] !== undefined, sure: true, message: changesAll },
  ],
  guards: ['**.hasOwnProperty', 'Object.hasOwn', '**.includes', '**.has'],
}
