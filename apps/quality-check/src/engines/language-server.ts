import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { connectMessages } from './message-connection.ts'
import { actionKinds, hasFixes, readFixes, type ServerAction, type ServerDiagnostic } from './oxlint-diagnostics.ts'

/** A running language server that lints texts in memory. */
export interface LanguageServer {
  /** Resolves with the server's diagnostics, or with undefined when the server ended first. It has no time limit: the caller sets one. */
  lint(name: string, text: string): Promise<readonly ServerDiagnostic[] | undefined>
  /** Resolves with a description of how the process ended. */
  readonly ended: Promise<string>
  readonly pid: number
  kill(): void
}

export interface ServerCommand {
  readonly command: string
  readonly args: readonly string[]
  /** The complete environment: no variables of this process are passed on. */
  readonly env?: Readonly<Record<string, string>>
}

interface Published {
  readonly uri: string
  readonly diagnostics: readonly ServerDiagnostic[]
}

const everything = { start: { line: 0, character: 0 }, end: { line: 1_000_000, character: 0 } }

/**
 * Starts `<command> … --lsp` with its own root folder. Texts get the names of virtual files inside that folder, because the
 * server answers for no others.
 */
export async function startLanguageServer({ command, args, env = {} }: ServerCommand, root: string, configPath: string, timeLimitMs: number): Promise<LanguageServer> {
  const child = spawn(command, [...args], { cwd: root, env, stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = once(child, 'exit').then(
    ([code, signal]) => `ended with ${signal ?? `exit code ${code}`}`,
    (error: Error) => `did not start: ${error.message}`,
  )
  // Writing to a child that is exiting fails; `ended` reports its end.
  child.stdin.on('error', () => undefined)
  const waiting = new Map<string, (diagnostics: readonly ServerDiagnostic[] | undefined) => void>()
  const rootUri = pathToFileURL(root).href
  const connection = connectMessages(child.stdout, child.stdin, {
    // The server only pushes diagnostics: a pull request for them always returns none.
    notified: (method, params) => {
      if (method === 'textDocument/publishDiagnostics') diagnosed(params as Published)
    },
    broken: () => child.kill('SIGKILL'),
  })

  function diagnosed({ uri, diagnostics }: Published): void {
    const answer = waiting.get(uri)
    if (answer === undefined) return
    void withFixes(uri, diagnostics).then((complete) => {
      waiting.delete(uri)
      answer(complete)
      connection.notify('textDocument/didClose', { textDocument: { uri } }, true)
    })
  }

  // When the server does not answer, the text's time limit ends it; when it answers with an error, the diagnostics have no fixes.
  async function withFixes(uri: string, diagnostics: readonly ServerDiagnostic[]): Promise<readonly ServerDiagnostic[]> {
    if (!hasFixes(diagnostics)) return diagnostics
    const actions = await connection.request<readonly ServerAction[] | null>('textDocument/codeAction', { textDocument: { uri }, range: everything, context: { diagnostics: [], only: actionKinds } }).catch(() => null)
    return readFixes(uri, diagnostics, actions ?? [])
  }

  const initialised = connection.request('initialize', {
    processId: process.pid,
    rootUri,
    capabilities: { general: { positionEncodings: ['utf-16'] }, textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: actionKinds } }, isPreferredSupport: true } } },
    workspaceFolders: [{ uri: rootUri, name: 'checked' }],
    initializationOptions: [{ workspaceUri: rootUri, options: { run: 'onType', configPath, disableNestedConfig: true, fixKind: 'all' } }],
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`did not start within ${timeLimitMs} ms`), timeLimitMs)
  })
  const failed = await Promise.race([initialised.then(() => undefined, () => ended), ended, late])
  clearTimeout(timer)
  if (failed !== undefined) {
    child.kill('SIGKILL')
    connection.close()
    throw new Error(failed)
  }
  connection.notify('initialized', {})
  void ended.then(() => {
    connection.close()
    for (const answer of waiting.values()) answer(undefined)
  })

  return {
    ended,
    pid: child.pid as number,
    kill: () => void child.kill('SIGKILL'),
    lint: (name, text) =>
      new Promise((resolve) => {
        const uri = `${rootUri}/${name}`
        waiting.set(uri, resolve)
        connection.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'typescript', version: 1, text } })
      }),
  }
}
