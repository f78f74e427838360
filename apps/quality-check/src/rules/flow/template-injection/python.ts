import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { isSentOrBuilt, isSent, methods, paths, under } from '../../python-calls.ts'
import { isForTrusted, isLimited } from '../../python-surroundings.ts'

export const python: FlowSpec = {
  doubts: (text, start, origin) => isLimited(text, start, origin) || isForTrusted(text, start),
  sinks: [
    { call: paths('flask.render_template_string quart.render_template_string'), args: [0, 'source'], when: ({ args, keywords }) => isSentOrBuilt(args[0] ?? keywords.source) },
    { call: paths('jinja2.Template mako.template.Template tornado.template.Template chameleon.PageTemplate django.template.Template Cheetah.Template.Template bottle.SimpleTemplate bottle.Template genshi.template.MarkupTemplate'), args: [0, 'source', 'text'], when: ({ args, keywords }) => isSentOrBuilt(args[0] ?? keywords.source ?? keywords.text) },
    { call: under('jinja2.Environment() **.env **.environment **.jinja_env **.jinja_environment', 'from_string'), args: [0, 'source'], when: ({ args, keywords }) => isSent(args[0] ?? keywords.source) },
    // The method is as often one of classes that are not templates.
    { call: methods('from_string'), args: [0, 'source'], when: ({ args, keywords }) => isSent(args[0] ?? keywords.source), advice: true },
    { call: paths('bottle.template bottle.jinja2_template bottle.mako_template'), args: [0], when: ({ args }) => isSent(args[0]) },
  ],
  sanitizers: paths('jinja2.escape'),
}
