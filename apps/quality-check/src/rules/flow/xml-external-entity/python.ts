import type { FlowSpec, SeenCall, SeenValue } from '../../../flow/flow-rule.ts'
import { argument, isFalse, isSent, mayBe, methods, paths, type When } from '../../python-calls.ts'

const isOn = (value: SeenValue | undefined): boolean => mayBe(value, (constant) => constant === true || constant === 1)
/** A parser of lxml resolves external entities by default. */
const lxmlResolves = (parser: SeenValue | undefined): boolean => parser === undefined || (/XMLParser\(\)/.test(parser.path ?? '') && !isFalse(parser.field('resolve_entities')))
/** A parser of the standard library resolves them only when configured to. */
const saxResolves = (parser: SeenValue | undefined): boolean => isOn(parser?.field('feature_external_ges')) || isOn(parser?.field('feature_external_pes'))
const first: When = (call: SeenCall) => isSent(call.args[0] ?? call.keywords.source ?? call.keywords.text)

export const python: FlowSpec = {
  sinks: [
    { call: paths('lxml.etree.parse lxml.etree.fromstring lxml.etree.XML lxml.objectify.fromstring lxml.objectify.parse'), args: [0, 'source', 'text'], when: (call) => first(call) && lxmlResolves(argument(call, 1, 'parser')) },
    { call: paths('lxml.etree.iterparse'), args: [0, 'source'], when: (call) => first(call) && !isFalse(call.keywords.resolve_entities) },
    { call: methods('parse parseString feed'), args: [0], when: ({ args, receiver }) => isSent(args[0]) && saxResolves(receiver) },
    { call: methods('feed'), args: [0], when: ({ args, receiver }) => isSent(args[0]) && /lxml\..*XML\w*Parser\(\)$/.test(receiver?.path ?? '') && lxmlResolves(receiver) },
    { call: paths('xml.dom.minidom.parseString xml.dom.minidom.parse xml.dom.pulldom.parseString xml.dom.pulldom.parse'), args: [0], when: (call) => first(call) && saxResolves(argument(call, 1, 'parser')) },
  ],
}
