import type { RuleInfo } from '../rules/rule.ts'
import type { Constant, FunctionNode } from './program.ts'

/**
 * Where untrusted data comes from. `request`: a caller over the network. `parameter`: the caller of an exported function, who is unknown: such findings are
 * less certain and never block.
 */
export type SourceKind = 'request' | 'parameter' | 'environment' | 'arguments' | 'file' | 'database' | 'network' | 'location' | 'storage' | 'message' | 'weak-random'

/**
 * A canonical dotted path. Imports are resolved: "cp.exec" after `import cp from 'child_process'` is "child_process.exec". "()" is the result of a call
 * ("mysql.createConnection().query"), "*" is any one segment, and a leading "**." is any receiver, even an unknown one.
 */
export type PathPattern = string

/** A call and its arguments, as the engine knows them. */
export interface SeenCall {
  readonly path: string
  readonly args: readonly SeenValue[]
  readonly keywords: Readonly<Record<string, SeenValue>>
  readonly receiver: SeenValue | undefined
}

export interface SeenValue {
  /** All constants that it may be; undefined when it may be an unknown value. */
  readonly constants: readonly Constant[] | undefined
  /** The known beginning of a text: "https://example.com/"; undefined when the beginning is unknown. */
  readonly prefix: string | undefined
  /** Begins with an unknown value that is not untrusted data: `base + path`. */
  readonly led: boolean
  /** The field of an object whose keys are known. A missing key gives the constant undefined. */
  field(name: string): SeenValue | undefined
  /** Whether the object has a key that is written so: a computed one may be any, and is none of these. */
  isKey(name: string): boolean
  /** All keys of an object that is known to have no others; otherwise undefined. */
  readonly keys: readonly string[] | undefined
  /** The items of a list whose positions are known. */
  readonly items: readonly SeenValue[] | undefined
  /** An object that is not a list. */
  readonly isRecord: boolean
  readonly sources: readonly SourceKind[]
  /** Where its data entered the program, as written ("req.query.id"), in the order of `sources`. */
  readonly origins: readonly string[]
  /** The canonical path that it has: "flask.request.args", "crypto.createHash()". */
  readonly path: string | undefined
  /** A text that was concatenated from parts which are not all known. */
  readonly built: boolean
}

export interface Sink {
  /** A call to one of these… */
  readonly call?: PathPattern | readonly PathPattern[]
  /** …or an assignment to one of these: "**.innerHTML"… */
  readonly assign?: PathPattern | readonly PathPattern[]
  /** …or the return value of a request handler, or of a function with such a name. */
  readonly returns?: 'handler' | RegExp
  /**
   * The arguments that matter: by position, by keyword, or "receiver". "0.url" is the field of the first argument where that is an object with known
   * fields, else the argument itself. Default: all. For an assignment, 0 is the assigned value and "key" a computed key.
   */
  readonly args?: readonly (number | string)[]
  /** Only for data that reached it through known steps, not through unknown calls. */
  readonly sure?: true
  /** Reported without tainted data, for a call that is wrong by itself, such as a broken hash. Without `when`, every call is reported. */
  readonly always?: true
  /** Every finding is advice and never blocks. */
  readonly advice?: true
  /** The finding is advice under a condition with such a name, because a user requests the behaviour with that option. */
  readonly askedForBy?: RegExp
  /** A condition on the call, mostly on other arguments: `shell=True`. */
  readonly when?: (call: SeenCall) => boolean
  /** Replaces the rule's title in the finding. */
  readonly message?: string
}

/** The path that tainted data took to a sink. */
export interface Way {
  readonly kind: SourceKind
  /** Where the data entered the program, as written: "req.query.id". */
  readonly origin: string
  /** The model's description of the source. */
  readonly what: string
  /** The data stayed in the function that received it, and in anonymous functions. */
  readonly isDirect: boolean
}

export interface FlowSpec {
  readonly sinks: readonly Sink[]
  /** Of the flows that are certain, selects those that block; the others are advice. Default: all block. */
  readonly proof?: (way: Way) => boolean
  /** Examines the text around the finding, and what else it says of the place where the data came in, as written. Where it returns true, the code is intended as often as not, so the finding is advice. */
  readonly doubts?: (text: string, start: number, origin: string) => boolean
  /** Calls and members whose result is harmless for this rule. */
  readonly sanitizers?: readonly PathPattern[]
  /** Calls and comparisons that prove their argument harmless when they are true: "**.startsWith", "**.test". */
  readonly guards?: readonly PathPattern[]
  /** Short harmful texts: a guard with a known pattern or prefix that accepts one of them proves nothing. */
  readonly attacks?: readonly string[]
}

/** A taint rule. Each has a folder under rules/flow/. */
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
  /** A whole request or similar: the result of an unknown call on it certainly contains its data. */
  readonly container?: true
}

/** What the engine knows about a language's platform and frameworks, independent of rules. One for each language, in flow/models/. */
export interface LanguageModel {
  readonly sources: readonly ModelSource[]
  /** The canonical path ("express.request") or the source kind of a parameter, derived from its function, name, type, decorators and position. */
  parameter(fn: FunctionNode, index: number): { readonly path?: string; readonly kind?: SourceKind; readonly what?: string } | undefined
  /** Whether the data at the start of this path is certainly untrusted. Default: all data from outside is. */
  proves?(way: Way): boolean
  /** Whether the function handles requests, so that its return value is sent to the client. */
  isHandler(fn: FunctionNode): boolean
  /** Calls whose result contains none of the arguments' data: lengths, parsed numbers, hashes, results of database queries. */
  readonly stops: readonly PathPattern[]
  /**
   * Calls whose result contains the arguments' data: trim, join, JSON.parse. Any other unknown call makes the taint a guess,
   * which leads to advice only. Default: all calls propagate with certainty.
   */
  readonly passes?: readonly PathPattern[]
  /** Calls that reverse a sanitizer: decoders, parsers. */
  readonly undoes?: readonly PathPattern[]
  /** Whether an unknown function that receives a whole request returns a part of it. Default: all do. */
  reads?(path: string): boolean
  /** Whether a member of a request was sent by the client; the server's code adds other members. Default: all were sent. */
  carries?(member: string): boolean
  /** Calls that never return: process.exit, flask.abort. */
  readonly ends?: readonly PathPattern[]
  /** Calls that store their arguments in their receiver: push, append, set. */
  readonly fills: readonly PathPattern[]
}
