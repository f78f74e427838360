import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { paths, sentOrBuilt } from '../../python-calls.ts'

export const python: FlowSpec = {
  sinks: [
    { call: paths('eval exec execfile builtins.eval builtins.exec __builtins__.eval __builtins__.exec compile builtins.compile'), args: [0, 'source'], when: sentOrBuilt(0, 'source') },
    { call: paths('__import__ importlib.import_module importlib.__import__ builtins.__import__ pydoc.locate'), args: [0, 'name'], when: ({ args, keywords }) => (args[0] ?? keywords.name)?.sources.includes('request') === true, message: 'whoever sends it chooses which module is loaded', advice: true },
    { call: paths('code.InteractiveInterpreter().runsource code.InteractiveInterpreter().runcode code.InteractiveConsole().push code.compile_command timeit.timeit timeit.repeat pandas.eval numexpr.evaluate pickletools.dis sympy.sympify sympy.parsing.sympy_parser.parse_expr runpy.run_path runpy.run_module'), args: [0], when: sentOrBuilt() },
    { call: paths('pandas.DataFrame().eval pandas.DataFrame().query pandas.read_csv().query pandas.read_csv().eval'), args: [0], when: sentOrBuilt() },
  ],
  sanitizers: paths('ast.literal_eval json.dumps repr'),
  guards: ['**.endswith'],
}
