/** One instruction of a Dockerfile, its continued lines joined. */
export interface DockerInstruction {
  /** "RUN", in capitals. */
  readonly keyword: string
  /** All that follows the keyword. */
  readonly text: string
  readonly start: number
  readonly end: number
}

/** From one FROM to the next. */
export interface DockerStage {
  readonly from: DockerInstruction
  /** What it is built on, as written; the name of an earlier stage at times. */
  readonly base: string
  readonly isOnEarlierStage: boolean
  readonly instructions: readonly DockerInstruction[]
}

/** A Dockerfile as its rules see it. */
export interface ImageFile {
  /** In their order: the last one is what is shipped. */
  readonly stages: readonly DockerStage[]
  /** Before the first FROM. */
  readonly arguments: readonly DockerInstruction[]
}

/** Every instruction of a keyword, wherever it stands. */
export function instructionsOf(file: ImageFile, ...keywords: readonly string[]): DockerInstruction[] {
  return [...file.arguments, ...file.stages.flatMap(({ instructions }) => instructions)].filter(({ keyword }) => keywords.includes(keyword))
}
