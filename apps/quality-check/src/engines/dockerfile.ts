import { DockerfileParser } from 'dockerfile-ast'
import { rules } from '../../gen/rules.ts'
import type { DockerInstruction, DockerStage, ImageFile } from '../docker/image-file.ts'
import type { Diagnostic } from '../finding.ts'
import { LineIndex } from './line-index.ts'
import { toDiagnostic } from './reporting.ts'
import type { WorkerTask } from './worker-task.ts'

const dockerRules = rules.filter((rule) => rule.kind === 'dockerfile')

/** Our rules over Dockerfiles. */
export function checkDockerfile({ text }: WorkerTask): Diagnostic[] {
  const file = readDockerfile(text)
  const lines = new LineIndex(text)
  return dockerRules.flatMap((rule) => rule.check(file).map((report) => toDiagnostic(rule, report, report, lines)))
}

function readDockerfile(text: string): ImageFile {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const all = DockerfileParser.parse(text)
    .getInstructions()
    .map((instruction): DockerInstruction => {
      const range = instruction.getRange()
      const keyword = instruction.getKeyword()
      const start = (starts[range.start.line] ?? 0) + range.start.character
      const end = (starts[range.end.line] ?? 0) + range.end.character
      const rest = text.slice(start + keyword.length, end).replace(/[\\`][ \t]*\r?\n(?:[ \t]*#[^\n]*\n)*/g, ' ')
      return { keyword, text: rest.trim(), start, end }
    })
  const first = all.findIndex(({ keyword }) => keyword === 'FROM')
  return { arguments: first === -1 ? all : all.slice(0, first), stages: stagesOf(first === -1 ? [] : all.slice(first)) }
}

function stagesOf(instructions: readonly DockerInstruction[]): DockerStage[] {
  const names = new Set<string>()
  const stages: (DockerStage & { readonly instructions: DockerInstruction[] })[] = []
  for (const instruction of instructions) {
    if (instruction.keyword !== 'FROM') {
      stages.at(-1)?.instructions.push(instruction)
      continue
    }
    const [base = '', , name] = instruction.text.replace(/--\S+\s+/g, '').trim().split(/\s+/)
    stages.push({ from: instruction, base, isOnEarlierStage: names.has(base.toLowerCase()), instructions: [] })
    if (name !== undefined) names.add(name.toLowerCase())
  }
  return stages
}
