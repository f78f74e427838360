import type { FlowSpec, SeenCall } from '../../../flow/flow-rule.ts'
import { isSentOrBuilt, isSent, methods, paths } from '../../python-calls.ts'

const filter = ({ args, keywords }: SeenCall) => keywords.search_filter ?? keywords.filterstr ?? keywords.search_base ?? keywords.base ?? args[2] ?? args[1]
const search = 'search_s search_st search_ext search_ext_s search_subtree_s paged_search paged_search_generator'

export const python: FlowSpec = {
  sinks: [
    { call: methods(search), args: [0, 1, 2, 'search_base', 'search_filter', 'base', 'filterstr'], when: (call) => [call.args[0], call.args[1], call.args[2], filter(call)].some(isSentOrBuilt) },
    { call: methods('search'), args: [0, 1, 'search_base', 'search_filter'], when: (call) => /ldap|Connection\(\)|\bconn/i.test(call.path) && [call.args[0], call.args[1], call.keywords.search_base, call.keywords.search_filter].some(isSentOrBuilt) },
    { call: methods('search'), args: ['search_base', 'search_filter'], when: ({ keywords }) => isSent(keywords.search_filter) || isSent(keywords.search_base) },
    { call: methods('search'), args: [1], when: ({ args }) => args[1]?.built === true && /^\([&|!(\w]/.test(args[1].prefix ?? '') },
    { call: methods('simple_bind_s bind_s'), args: [0], when: ({ args }) => args[0]?.built === true && isSent(args[0]) },
  ],
  sanitizers: [...paths('ldap.filter.escape_filter_chars ldap.filter.filter_format ldap.dn.escape_dn_chars ldap3.utils.conv.escape_filter_chars ldap3.utils.dn.escape_rdn ldap3.utils.dn.safe_dn'), ...methods('escape_filter_chars escape_dn_chars escape_rdn filter_format escape_bytes')],
}
