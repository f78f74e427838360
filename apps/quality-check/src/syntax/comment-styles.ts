import type { TextPlace } from '../rules/rule.ts'

/** How a language writes comments and the strings that look like them. */
export interface CommentStyle {
  /** Each runs to the end of its line. */
  readonly line: readonly string[]
  readonly block: readonly (readonly [open: string, close: string])[]
  /** Quotes of strings; three of one in a row are listed first. */
  readonly quotes: readonly string[]
  /** Quotes whose strings may run over several lines. */
  readonly long: readonly string[]
  /** A line comment begins a line or follows a blank: "#" in shells. */
  readonly apart?: true
  /** Single quotes hold one character, and may stand alone: lifetimes, digits' separators. */
  readonly characters?: true
  /** The mark counts at the start of a line only. */
  readonly atLineStart?: true
}

const cBlock = [['/*', '*/']] as const
const c: CommentStyle = { line: ['//'], block: cBlock, quotes: ['"', "'"], long: [], characters: true }
const script: CommentStyle = { line: ['//'], block: cBlock, quotes: ['"', "'", '`'], long: ['`'] }
const java: CommentStyle = { line: ['//'], block: cBlock, quotes: ['"""', '"', "'"], long: ['"""'], characters: true }
const go: CommentStyle = { ...c, quotes: ['"', "'", '`'], long: ['`'] }
const php: CommentStyle = { line: ['//', '#'], block: cBlock, quotes: ['"', "'"], long: ['"', "'"] }
const python: CommentStyle = { line: ['#'], block: [], quotes: ['"""', "'''", '"', "'"], long: ['"""', "'''"] }
const hash: CommentStyle = { line: ['#'], block: [], quotes: ['"', "'"], long: [], apart: true }
const sql: CommentStyle = { line: ['--'], block: cBlock, quotes: ["'", '"'], long: [] }
const markup: CommentStyle = { line: [], block: [['<!--', '-->']], quotes: [], long: [] }
const component: CommentStyle = { line: ['//'], block: [['<!--', '-->'], ['/*', '*/']], quotes: [], long: [] }
const css: CommentStyle = { line: [], block: cBlock, quotes: ['"', "'"], long: [] }
const sheet: CommentStyle = { ...css, line: ['//'] }
const ini: CommentStyle = { line: ['#', ';'], block: [], quotes: [], long: [], atLineStart: true }
const lisp: CommentStyle = { line: [';'], block: [], quotes: ['"'], long: ['"'] }
const percent: CommentStyle = { line: ['%'], block: [], quotes: ['"'], long: [], apart: true }
const basic: CommentStyle = { line: ["'"], block: [], quotes: ['"'], long: [] }
const batch: CommentStyle = { line: ['REM ', 'rem ', '::'], block: [], quotes: [], long: [], atLineStart: true }
const terraform: CommentStyle = { line: ['#', '//'], block: cBlock, quotes: ['"'], long: [], apart: true }

const byExtension: Readonly<Record<string, CommentStyle>> = Object.fromEntries(
  (
    [
      [c, 'c h cc cpp cxx hpp hh hxx m mm rs proto d zig glsl hlsl v sv dart'],
      [java, 'java kt kts scala groovy gradle cs swift'],
      [script, 'js mjs cjs jsx ts mts cts tsx'],
      [go, 'go'],
      [php, 'php phtml'],
      [python, 'py pyi pyw pyx'],
      [hash, 'sh bash zsh fish ksh yaml yml toml rb rake pl pm r jl tcl cmake mk dockerfile ps1 psm1 ex exs cr nim conf awk gemspec env'],
      [sql, 'sql hs lua adb ads vhd vhdl elm ddl plsql'],
      [markup, 'html htm xml xhtml svg xsl xslt xsd wsdl pom csproj jsp ftl md'],
      [component, 'vue svelte astro'],
      [css, 'css'],
      [sheet, 'scss less sass styl'],
      [ini, 'ini cfg properties'],
      [lisp, 'clj cljs cljc el lisp scm rkt'],
      [percent, 'erl hrl tex'],
      [basic, 'vb bas vbs'],
      [batch, 'bat cmd'],
      [terraform, 'tf tfvars hcl'],
    ] as const
  ).flatMap(([style, extensions]) => extensions.split(' ').map((extension) => [`.${extension}`, style])),
)

/** Undefined: nothing is known of the language's comments. */
export function commentStyleOf({ extension, bareName }: Pick<TextPlace, 'extension' | 'bareName'>): CommentStyle | undefined {
  if (extension === '') return /^(?:\.?[\w-]*(?:file|rc|ignore)|\.env|PKGBUILD)$/i.test(bareName) ? hash : undefined
  return byExtension[extension]
}
