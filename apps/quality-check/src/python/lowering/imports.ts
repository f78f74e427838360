import type { Statement } from '../../flow/program.ts'
import type { Lowering, PythonOf } from './lowering.ts'
import { spanOf } from './lowering.ts'

/** import a.b binds a; import a.b as c binds c to a.b. */
export function lowerImport(lowering: Lowering, node: PythonOf<'Import'>): Statement {
  const bindings = node.names.map(({ name, asname }) => {
    const top = name.split('.')[0] ?? name
    return asname === null ? { local: lowering.scope.bind(top), path: top } : { local: lowering.scope.bind(asname), path: name }
  })
  return { kind: 'import', bindings, ...spanOf(node) }
}

// Frameworks that small programs import with *.
const everything: Readonly<Record<string, string>> = {
  flask: 'Flask request session redirect render_template render_template_string make_response send_file send_from_directory jsonify abort url_for flash g Response Blueprint current_app escape Markup',
  bottle: 'route get post put delete run request response redirect static_file template Bottle abort',
  subprocess: 'run call check_call check_output Popen getoutput getstatusoutput',
  os: 'system popen path environ',
}

export function lowerImportFrom(lowering: Lowering, node: PythonOf<'ImportFrom'>): Statement {
  const module = node.level > 0 ? `local:${node.module ?? ''}` : (node.module ?? '')
  const bindings = node.names.flatMap(({ name, asname }) => {
    const names = name === '*' ? (everything[module]?.split(' ') ?? []) : [name]
    return names.map((each) => ({ local: lowering.scope.bind(asname ?? each), path: `${module}.${each}` }))
  })
  return { kind: 'import', bindings, ...spanOf(node) }
}
