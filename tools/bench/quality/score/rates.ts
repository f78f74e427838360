/** How often the gate was right about places known to be flawed or sound. */
export interface Counts {
  truePositives: number
  falsePositives: number
  falseNegatives: number
  trueNegatives: number
}

export interface Score extends Counts {
  readonly recall: number
  /** Share of sound places that were reported. */
  readonly falseAlarmRate: number
  readonly precision: number
  readonly f1: number
  /** Recall less false alarms: 0 for guessing, 1 at best. */
  readonly score: number
}

export const noCounts = (): Counts => ({ truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 })

export function count(counts: Counts, isFlawed: boolean, isFound: boolean): void {
  if (isFlawed) counts[isFound ? 'truePositives' : 'falseNegatives']++
  else counts[isFound ? 'falsePositives' : 'trueNegatives']++
}

export function scoreOf(counts: Counts): Score {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
  const recall = share(truePositives, truePositives + falseNegatives)
  const falseAlarmRate = share(falsePositives, falsePositives + trueNegatives)
  const precision = share(truePositives, truePositives + falsePositives)
  return { ...counts, recall, falseAlarmRate, precision, f1: share(2 * precision * recall, precision + recall), score: recall - falseAlarmRate }
}

/** One more row: the mean of each rate over the rows, as the published score cards have it. */
export function meanOf(scores: readonly Score[]): Score {
  const mean = (of: (score: Score) => number) => scores.reduce((sum, score) => sum + of(score), 0) / Math.max(1, scores.length)
  const sum = scores.reduce((all, each) => ({ truePositives: all.truePositives + each.truePositives, falsePositives: all.falsePositives + each.falsePositives, falseNegatives: all.falseNegatives + each.falseNegatives, trueNegatives: all.trueNegatives + each.trueNegatives }), noCounts())
  return { ...sum, recall: mean(({ recall }) => recall), falseAlarmRate: mean(({ falseAlarmRate }) => falseAlarmRate), precision: mean(({ precision }) => precision), f1: mean(({ f1 }) => f1), score: mean(({ score }) => score) }
}
