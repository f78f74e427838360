/**
 * Python's syntax tree, with the types, fields and order of CPython's ast module. Offsets are in UTF-16 units, the end exclusive.
 * CPython's None is null here. The offsets of a parenthesised expression exclude the parentheses.
 */
export interface Place {
  readonly start: number
  readonly end: number
}

/** A separate type for each name, so that unions narrow by `type`. */
type Named<T extends string, Fields> = T extends string ? Place & Fields & { readonly type: T } : never

export type ExpressionContext = 'Load' | 'Store' | 'Del'
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '@' | '**' | '<<' | '>>' | '&' | '|' | '^'
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'is' | 'is not' | 'in' | 'not in'

export interface PythonModule extends Place {
  readonly type: 'Module'
  readonly body: readonly PythonStatement[]
}

export type FunctionDef = Named<'FunctionDef' | 'AsyncFunctionDef', FunctionFields>

interface FunctionFields {
  readonly name: string
  readonly nameStart: number
  readonly args: PythonArguments
  readonly body: readonly PythonStatement[]
  readonly decorator_list: readonly PythonExpression[]
  readonly returns: PythonExpression | null
  readonly type_params: readonly TypeParameter[]
}

export interface ClassDef extends Place {
  readonly type: 'ClassDef'
  readonly name: string
  readonly nameStart: number
  readonly bases: readonly PythonExpression[]
  readonly keywords: readonly Keyword[]
  readonly body: readonly PythonStatement[]
  readonly decorator_list: readonly PythonExpression[]
  readonly type_params: readonly TypeParameter[]
}

/** Offsets of a decorated function or class begin at "def" or "class", as in CPython. */
export type PythonStatement =
  | FunctionDef
  | ClassDef
  | (Place &
      (
        | { readonly type: 'Return'; readonly value: PythonExpression | null }
        | { readonly type: 'Delete'; readonly targets: readonly PythonExpression[] }
        | { readonly type: 'Assign'; readonly targets: readonly PythonExpression[]; readonly value: PythonExpression }
        | { readonly type: 'TypeAlias'; readonly name: PythonExpression; readonly type_params: readonly TypeParameter[]; readonly value: PythonExpression }
        | { readonly type: 'AugAssign'; readonly target: PythonExpression; readonly op: BinaryOperator; readonly value: PythonExpression }
        | { readonly type: 'AnnAssign'; readonly target: PythonExpression; readonly annotation: PythonExpression; readonly value: PythonExpression | null }
        | Named<'For' | 'AsyncFor', { readonly target: PythonExpression; readonly iter: PythonExpression; readonly body: readonly PythonStatement[]; readonly orelse: readonly PythonStatement[] }>
        | { readonly type: 'While'; readonly test: PythonExpression; readonly body: readonly PythonStatement[]; readonly orelse: readonly PythonStatement[] }
        /** elif is a single If in orelse. */
        | { readonly type: 'If'; readonly test: PythonExpression; readonly body: readonly PythonStatement[]; readonly orelse: readonly PythonStatement[] }
        | Named<'With' | 'AsyncWith', { readonly items: readonly WithItem[]; readonly body: readonly PythonStatement[] }>
        | { readonly type: 'Match'; readonly subject: PythonExpression; readonly cases: readonly MatchCase[] }
        | { readonly type: 'Raise'; readonly exc: PythonExpression | null; readonly cause: PythonExpression | null }
        | Named<'Try' | 'TryStar', { readonly body: readonly PythonStatement[]; readonly handlers: readonly ExceptHandler[]; readonly orelse: readonly PythonStatement[]; readonly finalbody: readonly PythonStatement[] }>
        | { readonly type: 'Assert'; readonly test: PythonExpression; readonly msg: PythonExpression | null }
        | { readonly type: 'Import'; readonly names: readonly Alias[] }
        | { readonly type: 'ImportFrom'; readonly module: string | null; readonly names: readonly Alias[]; readonly level: number }
        | Named<'Global' | 'Nonlocal', { readonly names: readonly string[] }>
        | { readonly type: 'Expr'; readonly value: PythonExpression }
        | Named<'Pass' | 'Break' | 'Continue', Place>
      ))

export type PythonConstant = Place & { readonly type: 'Constant' } & (
    | { readonly kind: 'str'; readonly value: string }
    /** One character for each byte. */
    | { readonly kind: 'bytes'; readonly value: string }
    | { readonly kind: 'int'; readonly value: number | bigint }
    | { readonly kind: 'float' | 'complex'; readonly value: number }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'None' | 'Ellipsis'; readonly value: null }
  )

export type PythonExpression =
  | PythonConstant
  | (Place &
      (
        | { readonly type: 'BoolOp'; readonly op: 'and' | 'or'; readonly values: readonly PythonExpression[] }
        | { readonly type: 'NamedExpr'; readonly target: PythonExpression; readonly value: PythonExpression }
        | { readonly type: 'BinOp'; readonly left: PythonExpression; readonly op: BinaryOperator; readonly right: PythonExpression }
        | { readonly type: 'UnaryOp'; readonly op: 'not' | '-' | '+' | '~'; readonly operand: PythonExpression }
        | { readonly type: 'Lambda'; readonly args: PythonArguments; readonly body: PythonExpression }
        | { readonly type: 'IfExp'; readonly test: PythonExpression; readonly body: PythonExpression; readonly orelse: PythonExpression }
        /** A null key belongs to a value that ** spreads. */
        | { readonly type: 'Dict'; readonly keys: readonly (PythonExpression | null)[]; readonly values: readonly PythonExpression[] }
        | { readonly type: 'Set'; readonly elts: readonly PythonExpression[] }
        | Named<'ListComp' | 'SetComp' | 'GeneratorExp', { readonly elt: PythonExpression; readonly generators: readonly Comprehension[] }>
        | { readonly type: 'DictComp'; readonly key: PythonExpression; readonly value: PythonExpression; readonly generators: readonly Comprehension[] }
        | { readonly type: 'Await'; readonly value: PythonExpression }
        | { readonly type: 'Yield'; readonly value: PythonExpression | null }
        | { readonly type: 'YieldFrom'; readonly value: PythonExpression }
        | { readonly type: 'Compare'; readonly left: PythonExpression; readonly ops: readonly CompareOperator[]; readonly comparators: readonly PythonExpression[] }
        | { readonly type: 'Call'; readonly func: PythonExpression; readonly args: readonly PythonExpression[]; readonly keywords: readonly Keyword[] }
        | { readonly type: 'FormattedValue'; readonly value: PythonExpression; readonly conversion: '' | 's' | 'r' | 'a'; readonly format_spec: PythonExpression | null }
        /** Adjacent strings with and without f are one node, whose values are Constants and FormattedValues. TemplateStr is t"". */
        | Named<'JoinedStr' | 'TemplateStr', { readonly values: readonly PythonExpression[] }>
        | { readonly type: 'Attribute'; readonly value: PythonExpression; readonly attr: string; readonly ctx: ExpressionContext }
        | { readonly type: 'Subscript'; readonly value: PythonExpression; readonly slice: PythonExpression; readonly ctx: ExpressionContext }
        | { readonly type: 'Starred'; readonly value: PythonExpression; readonly ctx: ExpressionContext }
        | { readonly type: 'Name'; readonly id: string; readonly ctx: ExpressionContext }
        | Named<'List' | 'Tuple', { readonly elts: readonly PythonExpression[]; readonly ctx: ExpressionContext }>
        | { readonly type: 'Slice'; readonly lower: PythonExpression | null; readonly upper: PythonExpression | null; readonly step: PythonExpression | null }
      ))

export interface Comprehension extends Place {
  readonly type: 'comprehension'
  readonly target: PythonExpression
  readonly iter: PythonExpression
  readonly ifs: readonly PythonExpression[]
  readonly is_async: boolean
}

export interface ExceptHandler extends Place {
  readonly type: 'ExceptHandler'
  /** Named `type` in CPython. */
  readonly exception: PythonExpression | null
  readonly name: string | null
  readonly body: readonly PythonStatement[]
}

export interface PythonArguments extends Place {
  readonly type: 'arguments'
  readonly posonlyargs: readonly Arg[]
  readonly args: readonly Arg[]
  readonly vararg: Arg | null
  readonly kwonlyargs: readonly Arg[]
  readonly kw_defaults: readonly (PythonExpression | null)[]
  readonly kwarg: Arg | null
  /** For the last parameters of posonlyargs and args. */
  readonly defaults: readonly PythonExpression[]
}

export interface Arg extends Place {
  readonly type: 'arg'
  readonly arg: string
  readonly annotation: PythonExpression | null
}

export interface Keyword extends Place {
  readonly type: 'keyword'
  /** Null for **. */
  readonly arg: string | null
  readonly value: PythonExpression
}

export interface Alias extends Place {
  readonly type: 'alias'
  readonly name: string
  readonly asname: string | null
}

export interface WithItem extends Place {
  readonly type: 'withitem'
  readonly context_expr: PythonExpression
  readonly optional_vars: PythonExpression | null
}

export interface MatchCase extends Place {
  readonly type: 'match_case'
  readonly pattern: PythonPattern
  readonly guard: PythonExpression | null
  readonly body: readonly PythonStatement[]
}

export type PythonPattern = Place &
  (
    | { readonly type: 'MatchValue'; readonly value: PythonExpression }
    | { readonly type: 'MatchSingleton'; readonly value: boolean | null }
    | { readonly type: 'MatchSequence'; readonly patterns: readonly PythonPattern[] }
    | { readonly type: 'MatchMapping'; readonly keys: readonly PythonExpression[]; readonly patterns: readonly PythonPattern[]; readonly rest: string | null }
    | { readonly type: 'MatchClass'; readonly cls: PythonExpression; readonly patterns: readonly PythonPattern[]; readonly kwd_attrs: readonly string[]; readonly kwd_patterns: readonly PythonPattern[] }
    | { readonly type: 'MatchStar'; readonly name: string | null }
    /** Both are null for _. */
    | { readonly type: 'MatchAs'; readonly pattern: PythonPattern | null; readonly name: string | null }
    | { readonly type: 'MatchOr'; readonly patterns: readonly PythonPattern[] }
  )

export type TypeParameter = Named<'TypeVar' | 'ParamSpec' | 'TypeVarTuple', TypeParameterFields>

interface TypeParameterFields {
  readonly name: string
  readonly bound: PythonExpression | null
  readonly default_value: PythonExpression | null
}

export type PythonNode = PythonModule | PythonStatement | PythonExpression | PythonPattern | Comprehension | ExceptHandler | PythonArguments | Arg | Keyword | Alias | WithItem | MatchCase | TypeParameter

export interface PythonComment extends Place {
  /** Including "#". */
  readonly text: string
}

const noKeys: readonly string[] = []
const comprehensionKeys = ['elt', 'generators']
const functionKeys = ['decorator_list', 'type_params', 'args', 'returns', 'body']

/** The fields of each type that contain nodes, mostly in source order. */
export const visitorKeys: Readonly<Record<PythonNode['type'], readonly string[]>> = {
  Module: ['body'],
  FunctionDef: functionKeys,
  AsyncFunctionDef: functionKeys,
  ClassDef: ['decorator_list', 'type_params', 'bases', 'keywords', 'body'],
  Return: ['value'],
  Delete: ['targets'],
  Assign: ['targets', 'value'],
  TypeAlias: ['name', 'type_params', 'value'],
  AugAssign: ['target', 'value'],
  AnnAssign: ['target', 'annotation', 'value'],
  For: ['target', 'iter', 'body', 'orelse'],
  AsyncFor: ['target', 'iter', 'body', 'orelse'],
  While: ['test', 'body', 'orelse'],
  If: ['test', 'body', 'orelse'],
  With: ['items', 'body'],
  AsyncWith: ['items', 'body'],
  Match: ['subject', 'cases'],
  Raise: ['exc', 'cause'],
  Try: ['body', 'handlers', 'orelse', 'finalbody'],
  TryStar: ['body', 'handlers', 'orelse', 'finalbody'],
  Assert: ['test', 'msg'],
  Import: ['names'],
  ImportFrom: ['names'],
  Global: noKeys,
  Nonlocal: noKeys,
  Expr: ['value'],
  Pass: noKeys,
  Break: noKeys,
  Continue: noKeys,
  BoolOp: ['values'],
  NamedExpr: ['target', 'value'],
  BinOp: ['left', 'right'],
  UnaryOp: ['operand'],
  Lambda: ['args', 'body'],
  IfExp: ['body', 'test', 'orelse'],
  Dict: ['keys', 'values'],
  Set: ['elts'],
  ListComp: comprehensionKeys,
  SetComp: comprehensionKeys,
  GeneratorExp: comprehensionKeys,
  DictComp: ['key', 'value', 'generators'],
  Await: ['value'],
  Yield: ['value'],
  YieldFrom: ['value'],
  Compare: ['left', 'comparators'],
  Call: ['func', 'args', 'keywords'],
  FormattedValue: ['value', 'format_spec'],
  JoinedStr: ['values'],
  TemplateStr: ['values'],
  Constant: noKeys,
  Attribute: ['value'],
  Subscript: ['value', 'slice'],
  Starred: ['value'],
  Name: noKeys,
  List: ['elts'],
  Tuple: ['elts'],
  Slice: ['lower', 'upper', 'step'],
  comprehension: ['target', 'iter', 'ifs'],
  ExceptHandler: ['exception', 'body'],
  arguments: ['posonlyargs', 'args', 'defaults', 'vararg', 'kwonlyargs', 'kw_defaults', 'kwarg'],
  arg: ['annotation'],
  keyword: ['value'],
  alias: noKeys,
  withitem: ['context_expr', 'optional_vars'],
  match_case: ['pattern', 'guard', 'body'],
  MatchValue: ['value'],
  MatchSingleton: noKeys,
  MatchSequence: ['patterns'],
  MatchMapping: ['keys', 'patterns'],
  MatchClass: ['cls', 'patterns', 'kwd_patterns'],
  MatchStar: noKeys,
  MatchAs: ['pattern'],
  MatchOr: ['patterns'],
  TypeVar: ['bound', 'default_value'],
  ParamSpec: ['bound', 'default_value'],
  TypeVarTuple: ['bound', 'default_value'],
}
