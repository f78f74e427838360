import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'

// What windows and workers say to each other is a program's own protocol more often than not.
const isRequested = (key: SeenValue | undefined): boolean => key?.sources.includes('request') === true
const changesAll = 'a key such as __proto__ changes all objects'

export const javascript: FlowSpec = {
  sinks: [
    { call: ['<key>.call'], args: [0], when: ({ args }) => isRequested(args[0]), sure: true },
    { call: ['<key>.call'], args: [0], sure: true, advice: true },
    { call: ['<key>.write'], args: [0], when: ({ args }) => args[1] === undefined && args[0]?.sources.includes('request') === true && (args[0].prefix ?? '') === '', sure: true, advice: true, message: 'it names what is overwritten' },
    { call: ['<key>.write'], args: [1], when: ({ args }) => isRequested(args[1]), sure: true, message: changesAll },
    { call: ['<key>.write'], args: [1], when: ({ args }) => args[1] !== undefined, sure: true, advice: true, message: changesAll },
  ],
  guards: ['**.hasOwnProperty', 'Object.hasOwn', '**.includes', '**.has'],
}
