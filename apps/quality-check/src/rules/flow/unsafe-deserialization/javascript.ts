import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { path, type When } from '../../when.ts'

/** js-yaml before version 4 constructs functions by default, and the version is unknown here. A schema that is passed explicitly decides. */
const makesFunctions: When = ({ args }) => path(args[1]?.field('schema'), /DEFAULT_FULL_SCHEMA|js-yaml-js-types/)
const isOld: When = (call) => call.args[1]?.field('schema') === undefined && call.args[0]?.sources.some((kind) => kind === 'request' || kind === 'message') === true

export const javascript: FlowSpec = {
  sinks: [
    { call: ['node-serialize.unserialize', 'serialize-to-js.deserialize', 'funcster.deepDeserialize', 'cryo.parse', 'v8.deserialize', 'serialijse.deserialize', 'persist-json.deserialize', 'serialize-javascript.deserialize', 'java-deserializer.deserialize', 'node-pickle.loads', 'jpickle.loads', 'pickleparser.Parser().parse'], args: [0] },
    { call: ['unserialize', '**.unserialize', 'deserialize'], args: [0], advice: true },
    { call: ['js-yaml.load', 'js-yaml.loadAll', 'js-yaml.safeLoad', 'yaml.load'], args: [0], when: makesFunctions },
    { call: ['js-yaml.load', 'js-yaml.loadAll'], args: [0], when: (call) => !makesFunctions(call) && isOld(call), message: 'before version 4 the default schema makes functions', advice: true },
    { call: ['bson.deserialize', 'BSON.deserialize'], args: [0], when: ({ args }) => args[1]?.field('evalFunctions')?.constants?.[0] === true },
  ],
  sanitizers: ['JSON.parse'],
}
