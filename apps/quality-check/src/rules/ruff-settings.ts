import type { FileClass } from '../source-file.ts'

/** The selected families, prefixes of codes, and single rules. */
export const ruffSelected = ['E9', 'E722', 'F', 'B', 'S', 'PERF', 'ASYNC210', 'ASYNC220', 'ASYNC221', 'ASYNC222', 'ASYNC251', 'PLR0124', 'PLW0129', 'PGH', 'PLE', 'T10', 'TRY002', 'TRY201', 'TRY203', 'TRY400', 'TRY401', 'RUF006', 'RUF008', 'RUF009', 'RUF016']

// Style, or wrong more often than right. sql-injection replaces S608, which knows neither the origin nor the use of the text, and our rules
// for secrets replace S105 to S107, which look at the name of a literal and not at its value.
export const neverAsked: ReadonlySet<string> = new Set(['B008', 'B028', 'B905', 'PERF203', 'S101', 'S105', 'S106', 'S107', 'S311', 'S403', 'S404', 'S405', 'S406', 'S407', 'S408', 'S409', 'S410', 'S411', 'S412', 'S413', 'S603', 'S606', 'S607', 'S608'])

// Some rules do not apply to tests, stubs and packages. ruff is not told the path, so each class of file has its own settings.
const notHere: Record<FileClass, string[]> = {
  source: [],
  test: ['S108', 'S113', 'S324', 'B011', 'B017', 'B018'],
  package: ['F401', 'F403'],
  docs: [],
  stub: ['F821', 'F811', 'B', 'S', 'PERF'],
}

/** The configuration of ruff, one for each class of file. */
export const ruffSettings = (fileClass: FileClass) => ({
  'target-version': 'py314',
  lint: { select: ruffSelected, ignore: [...neverAsked, ...notHere[fileClass]] },
})
