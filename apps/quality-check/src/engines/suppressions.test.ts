import { expect, test } from 'vitest'
import { LineIndex } from './line-index.ts'
import { findUnexplainedSuppressions } from './suppressions.ts'

const messages = (text: string, extension: string) => findUnexplainedSuppressions(text, extension, 'source', new LineIndex(text)).map(({ message }) => message)

test.each([
  ['.ts', '// biome-ignore lint/suspicious/noExplicitAny: <explanation>', 'switches off lint/suspicious/noExplicitAny without a reason'],
  ['.js', '/* biome-ignore lint/security/noGlobalEval: */', 'switches off lint/security/noGlobalEval without a reason'],
  ['.py', 'run(command)  # nosec B602', 'switches off nosec without a reason'],
  ['.py', 'except:  # pylint: disable=bare-except, invalid-name', 'switches off bare-except without a reason'],
  ['.go', 'exec.Command(name) // #nosec G204', 'switches off nosec without a reason'],
  ['.go', '// TODO: ask why it fails here\n//nolint:errcheck', 'switches off errcheck without a reason'],
  ['.go', 'file.Close() //nolint:errcheck', 'switches off errcheck without a reason'],
])('%s: "%s" needs a reason', (extension, text, message) => {
  expect(messages(`${text}\n`, extension)).toEqual([message])
})

test.each([
  ['.py', 'run(line, shell=True)  # noqa: S602', 'source', 'advises'],
  ['.js', 'new Promise(async () => run()) // eslint-disable-line no-async-promise-executor', 'source', 'advises'],
  ['.js', 'eval(text) // eslint-disable-line no-eval', 'source', 'advises'],
  ['.go', 'exec.Command(name) // #nosec G204', 'source', 'advises'],
  ['.go', 'return nil //nolint:nilerr', 'source', 'blocks'],
  ['.go', 'return nil //nolint:nilerr', 'test', 'advises'],
] as const)('%s: "%s" weighs what it hides: in a %s it %s', (extension, text, fileClass, weight) => {
  const found = findUnexplainedSuppressions(`${text}\n`, extension, fileClass, new LineIndex(text))
  expect(found.map(({ advice }) => (advice ? 'advises' : 'blocks'))).toEqual([weight])
})

test.each([
  ['.ts', '// biome-ignore lint/suspicious/noExplicitAny: the library has no types for this'],
  ['.ts', '// biome-ignore lint/style/useConst: x'],
  ['.py', 'run(command)  # nosec B602 a constant of ours'],
  ['.py', 'value = 1  # pylint: disable=invalid-name'],
  ['.py', 'run([name])  # noqa: S603, S607'],
  ['.py', 'eval(text)  # pylint: disable=eval-used -- the text is one of our own constants'],
  ['.go', 'file.Close() //nolint:errcheck // it was only read from'],
  ['.go', '//nolint:lll'],
  ['.go', '// Writing to a hash never fails.\n//nolint:errcheck'],
  ['.js', '// They stand here for the documentation alone.\n/* eslint-disable no-empty-function */'],
])('%s: "%s" is left alone', (extension, text) => {
  expect(messages(`${text}\n`, extension)).toEqual([])
})
