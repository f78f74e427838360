import type { RuleInfo } from '../rules/rule.ts'
import type { Constant, FunctionNode } from './program.ts'

/**
 * Where data comes from that others decide. `request`: a caller over the network. `parameter`: the caller of an exported function, of whom
 * nothing is known: such findings are less certain and never block.
 */
export type SourceKind = 'request' | 'parameter' | 'environment' | 'arguments' | 'file' | 'database' | 'network' | 'location' | 'storage' | 'message' | 'weak-random'

/**
 * A canonical dotted path. Imports are resolved ("cp.exec" after `import cp from 'child_process'` is "child_process.exec"), "()" is the result of a call
 * ("mysql.createConnection().query"), "*" any one segment, a leading "**." any receiver, also an unknown one.
 */
export type PathPattern = string

/** One call as the engine sees it, with all that is known about its arguments. */
export interface SeenCall {
  readonly path: string
  readonly args: readonly SeenValue[]
  readonly keywords: Readonly<Record<string, SeenValue>>
  readonly receiver: SeenValue | undefined
}

export interface SeenValue {
  /** Every constant it may be; undefined when it may be something that is not known. */
  readonly constants: readonly Constant[] | undefined
  /** The text it is known to begin with: "https://example.com/" of a longer one; undefined when it begins with what is not known. */
  readonly prefix: string | undefined
  /** Begins with something of which nothing is known but that nobody sent it: `base + path`. */
  readonly led: boolean
  /** Of an object whose keys are known; a key it does not have gives the constant undefined. */
  field(name: string): SeenValue | undefined
  /** All keys of an object of which nothing else is known to be in it; undefined when it may have others. */
  readonly keys: readonly string[] | undefined
  /** Of a list whose places are known. */
  readonly items: readonly SeenValue[] | undefined
  /** An object that is no list. */
  readonly isRecord: boolean
  readonly sources: readonly SourceKind[]
  /** Where what is in it came in, as written, "req.query.id": one for each of `sources`. */
  readonly origins: readonly string[]
  /** Where it came from: "flask.request.args", "crypto.createHash()". */
  readonly path: string | undefined
  /** Text put together from pieces that are not all known. */
  readonly built: boolean
}

export interface Sink {
  /** A call to one of these... */
  readonly call?: PathPattern | readonly PathPattern[]
  /** ...or a write to one of these: "**.innerHTML"... */
  readonly assign?: PathPattern | readonly PathPattern[]
  /** ...or what a request handler returns, or what a function returns whose name is such. */
  readonly returns?: 'handler' | RegExp
  /**
   * Arguments that matter: by place, by keyword, or "receiver"; "0.url" is the field of the first where that is an object whose fields are
   * known, else the argument itself. All when left out. Of a write, 0 is what is written and "key" an expression it is written under.
   */
  readonly args?: readonly (number | string)[]
  /** Only for data that came all the way by known steps, not through calls of which nothing is known. */
  readonly sure?: true
  /** Reported without any tainted data: a call that is wrong by itself, such as a broken hash. Needs `when` or speaks for every call. */
  readonly always?: true
  /** What it says is worth knowing and no more: it never blocks. */
  readonly advice?: true
  /** It is advice where a setting of such a name decides: who sets it asks for it. */
  readonly askedForBy?: RegExp
  /** Only if this holds: constants of other arguments, for example `shell=True`. */
  readonly when?: (call: SeenCall) => boolean
  /** Instead of the rule's own. */
  readonly message?: string
}

/** How data came to where it does harm. */
export interface Way {
  readonly kind: SourceKind
  /** Where it came in, as written: "req.query.id". */
  readonly origin: string
  /** What the model says that is. */
  readonly what: string
  /** It stayed in the function it came to, and in such as have no name. */
  readonly isDirect: boolean
}

export interface FlowSpec {
  readonly sinks: readonly Sink[]
  /** What blocks of all ways that are known for sure; the rest is advice. All of them when left out. */
  readonly proof?: (way: Way) => boolean
  /** Looks at the text around what was found: where this holds it is as often meant as not, and advice. */
  readonly doubts?: (text: string, start: number) => boolean
  /** Calls and members whose result this rule trusts. */
  readonly sanitizers?: readonly PathPattern[]
  /** Calls and comparisons that prove something of their argument when they hold: "**.startsWith", "**.test". */
  readonly guards?: readonly PathPattern[]
}

/** A rule about where data goes. One folder each under rules/flow/. */
export interface FlowRule extends RuleInfo {
  readonly kind: 'flow'
  readonly sources: readonly SourceKind[]
  readonly javascript?: FlowSpec
  readonly python?: FlowSpec
}

export interface ModelSource {
  readonly path: PathPattern
  readonly kind: SourceKind
  readonly what: string
  /** The whole of what came in, such as a request: handed to one call of which nothing is known, what comes out is no guess. */
  readonly container?: true
}

/** What the engine knows of a language's world before any rule: one for each language, under flow/models/. */
export interface LanguageModel {
  readonly sources: readonly ModelSource[]
  /** The canonical path ("express.request") or the kind of source of a parameter, from its function, name, type, decorators and place. */
  parameter(fn: FunctionNode, index: number): { readonly path?: string; readonly kind?: SourceKind; readonly what?: string } | undefined
  /** Whether such a way begins with data of others beyond doubt. All of the foreign kinds do when left out. */
  proves?(way: Way): boolean
  /** A function that answers requests: what it returns is sent. */
  isHandler(fn: FunctionNode): boolean
  /** Calls whose result is nothing of what was put in: lengths, parsed numbers, hashes, answers of a database. */
  readonly stops: readonly PathPattern[]
  /**
   * Calls whose result is made of what was put in: trim, join, JSON.parse. Through any other call that is not known, data passes as a guess: what
   * only guesses reach is advice. When left out, all calls pass data for sure.
   */
  readonly passes?: readonly PathPattern[]
  /** Calls that bring back what another call had made harmless: decoders, parsers. */
  readonly undoes?: readonly PathPattern[]
  /** Whether an unknown function that is handed the whole of a request answers with a part of it. All do when left out. */
  reads?(path: string): boolean
  /** Whether what hangs at a request under a name was sent with it; the rest is what programs hang there. All was when left out. */
  carries?(member: string): boolean
  /** Calls that never return: process.exit, flask.abort. */
  readonly ends?: readonly PathPattern[]
  /** Calls that put their arguments into their receiver: push, append, set. */
  readonly fills: readonly PathPattern[]
}
