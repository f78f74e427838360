import { readFileSync } from 'node:fs'

export type Env = Readonly<Record<string, string | undefined>>

/** Every fault of a configuration, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`invalid configuration:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.faults = faults
  }
}

interface Fallback<T> {
  fallback?: T
}

/**
 * Reads the settings of one service from variables that begin with its prefix.
 * Readers return a value even for a faulty setting, so that `done()` can name every fault in one go.
 */
export class EnvReader {
  readonly #env: Env
  readonly #prefix: string
  readonly #known = new Set<string>()
  readonly #faults: string[] = []

  constructor(env: Env, prefix: string) {
    this.#env = env
    this.#prefix = prefix
  }

  string(name: string, options: Fallback<string> = {}): string {
    return this.#read(name) ?? this.#fallback(name, options, '')
  }

  int(name: string, options: Fallback<number> & { min: number; max: number }): number {
    const text = this.#read(name)
    if (text === undefined) return this.#fallback(name, options, 0)
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= options.min && value <= options.max) return value
    this.#fault(name, `must be a whole number from ${options.min} to ${options.max}, got ${JSON.stringify(text)}`)
    return options.min
  }

  boolean(name: string, options: Fallback<boolean> = {}): boolean {
    const text = this.#read(name)
    if (text === undefined) return this.#fallback(name, options, false)
    if (text === 'true' || text === 'false') return text === 'true'
    this.#fault(name, `must be true or false, got ${JSON.stringify(text)}`)
    return false
  }

  oneOf<const T extends string>(name: string, values: readonly T[], options: Fallback<T> = {}): T {
    const text = this.#read(name)
    if (text === undefined) return this.#fallback(name, options, values[0] as T)
    const value = values.find((candidate) => candidate === text)
    if (value !== undefined) return value
    this.#fault(name, `must be one of ${values.join(', ')}, got ${JSON.stringify(text)}`)
    return values[0] as T
  }

  /** host:port of another service. */
  address(name: string, options: Fallback<string> = {}): string {
    const text = this.#read(name)
    if (text === undefined) return this.#fallback(name, options, '')
    if (!/^(\[[^\]]+\]|[^:\s]+|dns:\/\/\/[^:\s]+):\d{1,5}$/.test(text)) this.#fault(name, `must be host:port, got ${JSON.stringify(text)}`)
    return text
  }

  /** A value that must not be seen: from NAME_FILE (trailing newline dropped), else from NAME. Its text is never in a fault. */
  secret(name: string, options: Fallback<string> = {}): string {
    const file = this.#read(`${name}_FILE`)
    const inline = this.#read(name)
    if (file !== undefined && inline !== undefined) {
      this.#fault(name, `and ${this.#prefix}${name}_FILE are both set; keep one`)
      return inline
    }
    if (file === undefined) return inline ?? this.#fallback(name, options, '', ` (or ${this.#prefix}${name}_FILE)`)
    try {
      const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
      if (text !== '') return text
      this.#fault(`${name}_FILE`, `names an empty file: ${file}`)
    } catch (error) {
      this.#fault(`${name}_FILE`, `cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    }
    return ''
  }

  /** A secret that is a URL, such as one with a password in it. */
  secretUrl(name: string, options: Fallback<string> & { protocols: readonly string[] }): string {
    const text = this.secret(name, options)
    const isUrl = URL.canParse(text) && options.protocols.includes(new URL(text).protocol.slice(0, -1))
    if (text !== '' && !isUrl) this.#fault(name, `must be a ${options.protocols.join(' or ')} URL, got ${JSON.stringify(withoutPassword(text))}`)
    return text
  }

  /** Adds a fault that only the caller can see, as a whole line: a setting without our prefix, two that contradict each other. */
  fault(line: string): void {
    this.#faults.push(line)
  }

  /** Throws ConfigError with every fault, unknown variables of the prefix included. */
  done(): void {
    for (const name of Object.keys(this.#env).sort()) {
      if (name.startsWith(this.#prefix) && !this.#known.has(name)) this.#faults.push(`${name} is not a known setting`)
    }
    if (this.#faults.length > 0) throw new ConfigError(this.#faults)
  }

  #read(name: string): string | undefined {
    this.#known.add(this.#prefix + name)
    const text = this.#env[this.#prefix + name]?.trim()
    return text === '' ? undefined : text
  }

  #fallback<T>(name: string, options: Fallback<T>, placeholder: T, hint = ''): T {
    if (options.fallback !== undefined) return options.fallback
    this.#fault(name, `is required${hint}`)
    return placeholder
  }

  #fault(name: string, problem: string): void {
    this.#faults.push(`${this.#prefix}${name} ${problem}`)
  }
}

function withoutPassword(text: string): string {
  return text.replace(/:\/\/[^@/]*@/, '://***@')
}
