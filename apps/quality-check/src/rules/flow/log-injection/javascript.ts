import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { of } from '../../javascript-paths.ts'
import { isText, type When } from '../../when.ts'

/** The data itself or a text that contains it. Records are logged as JSON, which escapes line breaks. */
const isLine: When = ({ args }) => args.some((value) => value.sources.includes('request') && value.keys === undefined && (value.built || value.path !== undefined))
const loggers = 'console logger log winston winston.createLogger() winston.logger **.logger **.log **.console pino() bunyan.createLogger() log4js.getLogger() loglevel signale consola'

export const javascript: FlowSpec = {
  sinks: [{ call: of(loggers, 'log info warn error debug trace verbose notice fatal'), when: (call) => isLine(call) && !isText(call.args[0], /%[jo]/i), sure: true }],
  sanitizers: ['JSON.stringify', 'encodeURIComponent', 'encodeURI', 'escape', '**.replace', '**.replaceAll', 'util.inspect', 'validator.stripLow', 'validator.escape', '**.sanitize', 'sanitizeLog', '**.sanitizeLog'],
}
