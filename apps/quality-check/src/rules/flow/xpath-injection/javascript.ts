import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { anyOf } from '../../javascript-paths.ts'
import { isBuiltOrSent, type When } from '../../when.ts'

const isExpression: When = ({ args }) => isBuiltOrSent(args[0])

export const javascript: FlowSpec = {
  sinks: [
    { call: ['xpath.select', 'xpath.select1', 'xpath.evaluate', 'xpath.parse', 'xpath.useNamespaces()', 'xml2js-xpath.find', 'xml2js-xpath.evalFirst', 'fontoxpath.evaluateXPath', 'fontoxpath.evaluateXPathToNodes', 'fontoxpath.evaluateXPathToString', 'fontoxpath.evaluateXPathToFirstNode'], args: [0], when: isExpression },
    { call: ['xml2js-xpath.find', 'xml2js-xpath.evalFirst', 'xml2js-xpath.jsonText'], args: [1] },
    { call: ['document.evaluate', '**.document.evaluate', 'document.createExpression'], args: [0], when: isExpression },
    { call: ['libxmljs.parseXml().get', 'libxmljs.parseXml().find', 'libxmljs.parseXmlString().get', 'libxmljs.parseXmlString().find', 'libxmljs.parseHtml().get', 'libxmljs.parseHtml().find'], args: [0], when: isExpression },
    { call: anyOf('selectSingleNode selectNodes'), args: [0], when: isExpression },
  ],
  sanitizers: [...anyOf('escapeXPath xpathEscape escapeXpathString'), 'xpath-escape', 'escapeXPath', 'escapeXpath'],
}
