import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { paths, under, type When } from '../../python-calls.ts'

const isLine: When = ({ args }) => args.some((value) => value.sources.includes('request') && value.keys === undefined && (value.built || value.path !== undefined))
const loggers = 'logging logging.getLogger() **.logger **.log **.app.logger **.LOGGER **._logger logger log LOG LOGGER'

export const python: FlowSpec = {
  sinks: [{ call: under(loggers, 'debug info warning warn error critical exception log fatal'), when: isLine, sure: true }],
  sanitizers: paths('json.dumps repr urllib.parse.quote urllib.parse.quote_plus html.escape **.replace **.translate **.isoformat flask.escape markupsafe.escape base64.b64encode **.splitlines re.sub'),
}
