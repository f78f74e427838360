interface Logger {
  warn(details: object, message: string): void
}

/** Closes what was opened, last first, each step within its own time. */
export class Teardown {
  readonly #steps: { name: string; close: () => unknown }[] = []
  readonly #logger: Logger
  readonly #stepTimeoutMs: number

  constructor(logger: Logger, stepTimeoutMs = 10_000) {
    this.#logger = logger
    this.#stepTimeoutMs = stepTimeoutMs
  }

  add(name: string, close: () => unknown): void {
    this.#steps.push({ name, close })
  }

  /** Never throws: a step that fails or hangs is logged and the next one runs. */
  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      const { name, close } = step
      let timer: NodeJS.Timeout | undefined
      try {
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error(`not closed within ${this.#stepTimeoutMs} ms`)), this.#stepTimeoutMs)
        })
        await Promise.race([close(), late])
      } catch (error) {
        this.#logger.warn({ err: error, step: name }, 'teardown step failed')
      } finally {
        clearTimeout(timer)
      }
    }
  }
}
