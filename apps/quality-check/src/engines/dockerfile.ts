import { DockerfileParser } from 'dockerfile-ast'
import { rules } from '../../gen/rules.ts'
import type { DockerInstruction, DockerStage, ImageFile } from '../docker/image-file.ts'
import type { Diagnostic } from '../finding.ts'
import { LineIndex } from './line-index.ts'
import { Refusal } from './nesting.ts'
import { toDiagnostic } from './reporting.ts'
import type { WorkerTask } from './worker-task.ts'

const dockerRules = rules.filter((rule) => rule.kind === 'dockerfile')

/** Our rules over Dockerfiles. */
export function checkDockerfile({ text }: WorkerTask): Diagnostic[] {
  const file = readDockerfile(text)
  const lines = new LineIndex(text)
  const found = dockerRules.flatMap((rule) => rule.check(file).map((report) => toDiagnostic(rule, report, report, lines)))
  const problem = problemIn(file, lines)
  if (problem !== undefined) throw new Refusal(`does not parse as a Dockerfile: ${problem}`, found)
  return found
}

const keywords: ReadonlySet<string> = new Set(['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER', 'ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'])

/** What a build refuses before it runs anything. */
function problemIn(file: ImageFile, lines: LineIndex): string | undefined {
  const all = [...file.arguments, ...file.stages.flatMap(({ from, instructions }) => [from, ...instructions])]
  const place = ({ start }: DockerInstruction) => `line ${lines.range(start, start).line}`
  const unknown = all.find(({ keyword }) => !keywords.has(keyword))
  if (unknown !== undefined) return `${place(unknown)}: ${JSON.stringify(unknown.keyword.slice(0, 40))} is not an instruction`
  const empty = all.find(({ text }) => text === '')
  if (empty !== undefined) return `${place(empty)}: ${empty.keyword} is given nothing`
  const early = file.arguments.find(({ keyword }) => keyword !== 'ARG')
  if (early !== undefined) return `${place(early)}: ${early.keyword} is before the first FROM`
  return file.stages.length === 0 ? 'it has no FROM' : undefined
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
