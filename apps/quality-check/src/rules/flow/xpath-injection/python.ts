import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { isSentOrBuilt, methods, paths } from '../../python-calls.ts'

export const python: FlowSpec = {
  sinks: [
    { call: methods('xpath findall iterfind findtext'), args: [0, 'path'], when: ({ args, path }) => args[0]?.built === true && (!/\bre\b|compile\(\)/.test(path)) },
    { call: methods('find'), args: [0, 'path'], when: ({ args }) => args[0]?.built === true && /^(?:\.?\/\/?|\.$|[\w.-]+\[@?)/.test(args[0].prefix ?? '') },
    { call: paths('lxml.etree.XPath lxml.etree.ETXPath lxml.etree.XPathEvaluator() lxml.etree.XPathDocumentEvaluator() elementpath.select elementpath.iter_select elementpath.Selector parsel.Selector().xpath'), args: [0, 1], when: ({ args, path }) => isSentOrBuilt(args[/elementpath\.(?:iter_)?select/.test(path) ? 1 : 0]) },
    { call: methods('xpath'), args: [0], when: ({ args }) => args[0]?.sources.includes('request') === true },
  ],
  sanitizers: ["replaces.'", ...methods('escape_xpath quote_xpath xpath_escape')],
  guards: ['in', ...methods('fullmatch match')],
}
