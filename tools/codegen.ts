/** Generates libs/contracts/gen from proto/ (the TypeScript of every message and service, and the descriptors that reflection serves) and the lists of the gate's and of ruff's rules. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeRuffRules } from './ruff-rules.ts'
import { writeRuleCatalogue } from './rule-catalogue.ts'

const root = join(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules/.bin', name)
const out = join(root, 'libs/contracts/gen')

const template = {
  version: 'v2',
  inputs: [{ directory: join(root, 'proto') }],
  plugins: [
    {
      local: bin('protoc-gen-ts_proto'),
      out,
      include_imports: true,
      opt: [
        'outputServices=generic-definitions',
        'importSuffix=.ts',
        'env=both',
        'esModuleInterop=true',
        'forceLong=bigint',
        'oneof=unions-value',
        'enumsAsLiterals=true',
        'useExactTypes=false',
        'outputJsonMethods=false',
        'outputPartialMethods=true',
      ],
    },
  ],
}

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
execFileSync(bin('buf'), ['generate', '--template', JSON.stringify(template)], { cwd: root, stdio: 'inherit' })

const descriptors = execFileSync(bin('buf'), ['build', join(root, 'proto'), '--as-file-descriptor-set', '-o', '-'], { cwd: root })
writeFileSync(
  join(out, 'descriptors.ts'),
  `/** The FileDescriptorSet of proto/, in base64. */\nexport const descriptorSet = '${descriptors.toString('base64')}'\n`,
)

writeRuleCatalogue(root)
writeRuffRules(root)
