import type { Finding } from '../../finding.ts'
import type { DependencyFacts } from '../../scoring/dependencies.ts'
import type { Found, RepositoryAnalyser, AnalysedFile, AnalysisTerms, OpenRepositoryAnalyser } from '../repository-analyser.ts'
import { StageFailure } from '../placed-diagnostic.ts'
import type { ImportingFile } from '../thread.ts'
import type { Vulnerabilities } from '../vulnerabilities/vulnerabilities.ts'
import { isAboutDependencies, type DependencyReading, type Doubtful, type TextFile } from './dependencies.ts'
import type { Flaw } from './flaw.ts'
import { InstalledLicences, judgeLicences, judgesLicences } from './licences.ts'
import { describeVulnerabilities } from './vulnerable.ts'

const filesAtOnce = 100
const largestText = 32 * 1_048_576
const mostText = 128 * 1_048_576

/** Checks whether imported packages are declared, locked, used and free of known vulnerabilities. */
export function dependencyAnalyser(vulnerabilities: Vulnerabilities): OpenRepositoryAnalyser {
  return async (terms) => openDependencyAnalyser(terms, vulnerabilities)
}

function openDependencyAnalyser(terms: AnalysisTerms, vulnerabilities: Vulnerabilities): RepositoryAnalyser {
  const texts: TextFile[] = []
  const paths: string[] = []
  const { licences } = terms.policy.dependencies
  const installed = judgesLicences(licences) ? new InstalledLicences() : undefined
  let importing: ImportingFile[] = []
  let held = 0
  let problem = ''

  async function readImports(signal: AbortSignal): Promise<void> {
    const files = importing
    importing = []
    if (files.length > 0 && problem === '') await terms.thread.ask('imports', { files }, signal).catch(remember)
  }
  function remember(error: unknown): void {
    if (!(error instanceof StageFailure)) throw error
    problem ||= `imports could not be read: ${error.message}`
  }
  function keepText({ path, content }: AnalysedFile): void {
    held += content.length
    if (content.length > largestText || held > mostText) problem ||= `${path} is too large: manifests and lock files may have ${largestText} bytes each, and ${mostText} together`
    else texts.push({ path, text: new TextDecoder().decode(content) })
  }

  async function finish(signal: AbortSignal): Promise<Found> {
    await readImports(signal)
    if (problem !== '') return withoutReading(problem)
    const reading = await terms.thread.ask('dependencies', { texts, paths }, signal)
    if (reading.sources.length === 0 && reading.flaws.every(({ diagnostic }) => diagnostic.rule === 'circular-import')) {
      return { diagnostics: reading.flaws.map(({ diagnostic }) => diagnostic), facts: { dependencies: { state: 'not_evaluated', reason: 'no manifest was among the files: package.json, pyproject.toml, requirements.txt, setup.cfg, setup.py or Pipfile' } } }
    }
    const unused = await withoutMentioned(reading.doubtful, terms, signal)
    const known = await lookUp(reading, signal)
    const licensed = installed === undefined ? { flaws: [], problem: '' } : judgeLicences(reading.pinned.filter(({ name }) => !terms.policy.dependencies.ignore.includes(name)), (each) => each.licence ?? installed.of(each), licences)
    const problems = [known.problem, licensed.problem].filter((each) => each !== '').join('; ')
    const flaws = [...reading.flaws, ...unused, ...known.flaws, ...licensed.flaws].filter(({ name }) => !terms.policy.dependencies.ignore.includes(name))
    return {
      diagnostics: flaws.map(({ diagnostic }) => diagnostic),
      factsOf: (findings) => ({ dependencies: factsOf(reading, flaws, findings, known.source) }),
      ...(problems !== '' && { gaps: { dependencies: problems } }),
    }
  }

  async function lookUp(reading: DependencyReading, signal: AbortSignal): Promise<{ flaws: Flaw[]; source: string | undefined; problem: string }> {
    const level = terms.policy.dependencies.vulnerabilities
    if (level === 'off') return { flaws: [], source: 'switched off by elder.yaml', problem: '' }
    try {
      const answer = await vulnerabilities.find(reading.pinned, signal)
      return { flaws: answer === undefined ? [] : describeVulnerabilities(answer.found, reading, level), source: answer?.source, problem: '' }
    } catch (error) {
      if (error instanceof StageFailure) return { flaws: [], source: undefined, problem: `known vulnerabilities were not looked up: ${error.message}` }
      throw error
    }
  }

  return {
    stage: 'dependencies',
    async add(file, signal) {
      const { path, source } = file
      paths.push(path)
      installed?.add(path, file.content)
      if (isAboutDependencies(path)) keepText(file)
      if (source.kind !== 'text' || source.refusal !== '' || (source.language !== 'javascript' && source.language !== 'python')) return
      importing.push({ path, language: source.language, extension: source.extension, fileClass: source.fileClass, text: source.text })
      if (importing.length >= filesAtOnce) await readImports(signal)
    },
    async finish(signal) {
      try {
        return await finish(signal)
      } catch (error) {
        if (error instanceof StageFailure) return withoutReading(error.message)
        throw error
      }
    },
    close: async () => undefined,
  }
}

const withoutReading = (reason: string): Found => ({ diagnostics: [], facts: { dependencies: { state: 'not_evaluated', reason: `dependencies were not analysed: ${reason}` } } })

/** Drops dependencies that any other file mentions: a configuration, a script, a page. */
async function withoutMentioned(doubtful: readonly Doubtful[], terms: AnalysisTerms, signal: AbortSignal): Promise<Flaw[]> {
  const left = new Set(doubtful)
  if (left.size === 0) return []
  await terms.eachFile((path, content) => {
    const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    for (const each of left) {
      if (each.flaw.diagnostic.path !== path && !isAboutOthers(path) && isBelow(path, each.folder) && each.words.some((word) => text.includes(word))) left.delete(each)
      else if (each.flaw.diagnostic.path === path && isMentionedTwice(text, each.words)) left.delete(each)
    }
    return left.size > 0
  }, signal)
  return [...left].map(({ flaw }) => flaw)
}

// Lock files contain the name of every package.
const isAboutOthers = (path: string): boolean => /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock)$/.test(path)
const isBelow = (path: string, folder: string): boolean => folder === '' || path.startsWith(`${folder}/`)

/** A manifest contains the name once for the declaration. A second occurrence is a script or the configuration of a tool. */
function isMentionedTwice(text: Buffer, words: readonly string[]): boolean {
  const [name = '', ...others] = words
  const first = text.indexOf(name)
  return text.includes(name, first + name.length) || others.some((word) => word !== name && !name.includes(word) && text.includes(word))
}

/** Counts only the findings that remain after the policy, the changed lines and the suppression comments. */
function factsOf(reading: DependencyReading, flaws: readonly Flaw[], findings: readonly { path: string; finding: Finding }[], vulnerabilities: string | undefined): DependencyFacts {
  const counting = new Set(findings.filter(({ finding: { severity, category } }) => severity !== 'note' && category === 'dependencies').map(({ path, finding: { line, column, rule } }) => `${path}\0${line}\0${column}\0${rule}`))
  const flawed = new Set(flaws.filter(({ diagnostic: { path, line, column, rule } }) => counting.has(`${path}\0${line}\0${column}\0elder/${rule}`)).map(({ dependency, diagnostic }) => dependency || diagnostic.path))
  return { state: 'measured', dependencies: reading.dependencies.size, flawed: flawed.size, sources: reading.sources, vulnerabilities }
}

