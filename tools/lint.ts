/** Runs every check that reads the code without running it. Exits 1 when one of them finds something. */
import { checkArrows } from './checks/arrows.ts'
import { checkBreaking } from './checks/breaking.ts'
import { checkIndents } from './checks/indents.ts'
import { checkModifiers } from './checks/modifiers.ts'
import { checkSizes } from './checks/sizes.ts'
import { root, run } from './run.ts'

async function report(name: string, problems: string[]): Promise<boolean> {
  for (const problem of problems) console.error(problem)
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  return problems.length === 0
}

const outcomes = [
  (await run('oxlint', ['--type-aware', '--quiet', ...process.argv.slice(2)])) === 0,
  await report('buf lint', (await run('buf', ['lint', 'proto'])) === 0 ? [] : ['proto/ breaks its lint rules, see above']),
  await report('contracts stay compatible', checkBreaking(root)),
  await report(
    'arrows',
    checkArrows(root).map(({ place, problem }) => `${place} ${problem}`),
  ),
  await report('file sizes', checkSizes(root)),
  await report('indentation', checkIndents(root)),
  await report('flags of expressions', checkModifiers(root)),
]
process.exitCode = outcomes.every(Boolean) ? 0 : 1
