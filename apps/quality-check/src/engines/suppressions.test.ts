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

test('in Python a suppression weighs what it hides', () => {
  const isAdvice = (text: string, fileClass: 'source' | 'test') => findUnexplainedSuppressions(text, '.py', fileClass, new LineIndex(text)).map(({ advice = false }) => advice)
  expect(isAdvice('except Exception:  # noqa: S110\n', 'source')).toEqual([false])
  expect(isAdvice('except Exception:  # noqa: S110\n', 'test')).toEqual([true])
  expect(isAdvice('run(line, shell=True)  # noqa: S602\n', 'source')).toEqual([true])
  expect(isAdvice('exec(text)  # pylint: disable=exec-used\n', 'test')).toEqual([true])
})

test('in Go a suppression of what would be a note is advice, one of a security finding is not', () => {
  const isAdvice = (text: string, fileClass: 'source' | 'test') => findUnexplainedSuppressions(text, '.go', fileClass, new LineIndex(text)).map(({ advice = false }) => advice)
  expect(isAdvice('exec.Command(name) // #nosec G204\n', 'source')).toEqual([false])
  expect(isAdvice('exec.Command(name) // #nosec G204\n', 'test')).toEqual([true])
  expect(isAdvice('file.Close() //nolint:errcheck\n', 'source')).toEqual([true])
  expect(isAdvice('run(name) //nolint:errcheck,gosec\n', 'source')).toEqual([false])
})

test.each([
  ['.ts', '// biome-ignore lint/suspicious/noExplicitAny: the library has no types for this'],
  ['.ts', '// biome-ignore lint/style/useConst: x'],
  ['.py', 'run(command)  # nosec B602 a constant of ours'],
  ['.py', 'value = 1  # pylint: disable=invalid-name'],
  ['.py', 'eval(text)  # pylint: disable=eval-used -- the text is one of our own constants'],
  ['.go', 'file.Close() //nolint:errcheck // it was only read from'],
  ['.go', '//nolint:lll'],
  ['.go', '// Writing to a hash never fails.\n//nolint:errcheck'],
  ['.js', '// They stand here for the documentation alone.\n/* eslint-disable no-empty-function */'],
])('%s: "%s" is left alone', (extension, text) => {
  expect(messages(`${text}\n`, extension)).toEqual([])
})
