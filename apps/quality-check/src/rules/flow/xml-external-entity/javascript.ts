import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { isTrue } from '../../when.ts'

export const javascript: FlowSpec = {
  sinks: [
    { call: ['libxmljs.parseXml', 'libxmljs.parseXmlString', 'libxmljs.parseXmlAsync', 'libxmljs.Document.fromXml'], args: [0], when: ({ args }) => isTrue(args[1]?.field('noent')) || isTrue(args[1]?.field('replaceEntities')) },
    { call: ['libxmljs.SaxParser().parseString', 'libxmljs.SaxPushParser().push', 'node-expat.Parser().parse', 'node-expat.Parser().write', 'libexpat.Parser().parse', 'expat.Parser().parse'], args: [0], advice: true },
    { call: ['xml2json.toJson', 'node-xml-lite.parseString'], args: [0], advice: true },
    { call: ['ltx.parse', 'xmlshim', 'xmldom-alpha.DOMParser().parseFromString'], args: [0], when: ({ args }) => args[0]?.sources.includes('request') === true, advice: true },
  ],
}
