import { expect, test } from 'vitest'
import { parseDiff } from './diff.ts'

const hunk = '@@ -1,3 +1,4 @@ section\n one\n-two\n+TWO\n+more\n three\n'
const ranges = (text: string) => Object.fromEntries(parseDiff(text).map(({ paths, changed }) => [paths[0], changed === 'all' ? 'all' : changed.map(({ first, last }) => `${first}-${last}`).join(' ')]))

test.each<[string, string, Record<string, string>]>([
  ['nothing', '', {}],
  ['one file of git', `diff --git a/src/a.ts b/src/a.ts\nindex 1..2 100644\n--- a/src/a.ts\n+++ b/src/a.ts\n${hunk}`, { 'src/a.ts': '2-3' }],
  ['a file without prefixes, with dates', `--- src/a.ts\t2026-01-01 10:00:00\n+++ src/a.ts\t2026-01-02 10:00:00\n${hunk}`, { 'src/a.ts': '2-3' }],
  ['several hunks', `--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n@@ -10,2 +10,3 @@\n x\n+y\n z\n@@ -20,0 +22,2 @@\n+p\n+q\n`, { 'a.ts': '1-1 11-11 22-23' }],
  ['several files', `--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n--- a/b.ts\n+++ b/b.ts\n@@ -5 +5 @@\n-a\n+b\n`, { 'a.ts': '1-1', 'b.ts': '5-5' }],
  ['a new file', 'diff --git a/n.ts b/n.ts\nnew file mode 100644\n--- /dev/null\n+++ b/n.ts\n@@ -0,0 +1,2 @@\n+a\n+b\n', { 'n.ts': 'all' }],
  ['a deleted file', 'diff --git a/n.ts b/n.ts\ndeleted file mode 100644\n--- a/n.ts\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n', {}],
  ['lines that are only deleted', '--- a/a.ts\n+++ b/a.ts\n@@ -3,2 +2,0 @@\n-a\n-b\n', { 'a.ts': '' }],
  ['a rename with a change', `diff --git a/old.ts b/new.ts\nsimilarity index 90%\nrename from old.ts\nrename to new.ts\n--- a/old.ts\n+++ b/new.ts\n${hunk}`, { 'new.ts': '2-3' }],
  ['a rename alone', 'diff --git a/old.ts b/new.ts\nsimilarity index 100%\nrename from old.ts\nrename to new.ts\n', { 'new.ts': '' }],
  ['a change of mode alone', 'diff --git a/a.sh b/a.sh\nold mode 100644\nnew mode 100755\n', {}],
  ['a binary file', `diff --git a/a.png b/a.png\nindex 1..2\nBinary files a/a.png and b/a.png differ\ndiff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n${hunk}`, { 'a.ts': '2-3' }],
  ['a binary patch', 'diff --git a/a.bin b/a.bin\nindex 1..2\nGIT binary patch\nliteral 4\nLcmZQzU|?Vb00961\n\nliteral 0\nHcmV?d00001\n\n', {}],
  ['no newline at the end', '--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,2 @@\n x\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n', { 'a.ts': '2-2' }],
  ['line ends of Windows', `--- a/a.ts\r\n+++ b/a.ts\r\n${hunk.replaceAll('\n', '\r\n')}`, { 'a.ts': '2-3' }],
  ['a quoted path', '--- "a/d\\303\\251j\\303\\240 \\"x\\".ts"\n+++ "b/d\\303\\251j\\303\\240 \\"x\\".ts"\n@@ -1 +1 @@\n-a\n+b\n', { 'déjà "x".ts': '1-1' }],
  ['a deleted line that looks like a name', '--- a/q.sql\n+++ b/q.sql\n@@ -1,3 +1,3 @@\n a\n--- a comment\n+-- another\n b\n', { 'q.sql': '2-2' }],
  ['blanks stripped from empty lines', '--- a/a.ts\n+++ b/a.ts\n@@ -1,3 +1,4 @@\n a\n\n+b\n c\n', { 'a.ts': '3-3' }],
  ['a last empty line trimmed off', '--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,3 @@\n a\n+b\n', { 'a.ts': '2-2' }],
  ['a mail around it', `From 0123 Mon\nSubject: x\n---\n a.ts | 2 +-\n\ndiff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n${hunk}-- \n2.40.1\n`, { 'a.ts': '2-3' }],
])('reads %s', (_what, text, expected) => {
  expect(ranges(text)).toEqual(expected)
})

test('names a file with and without the folder that git puts before it', () => {
  expect(parseDiff('--- a/b.ts\n+++ b/b.ts\n@@ -1 +1 @@\n-a\n+b\n')[0]?.paths).toEqual(['b.ts', 'b/b.ts'])
})

test.each([
  ['text without any file', 'hello\nworld\n', 'diff: line 1 no file begins in it: send what git diff prints'],
  ['a hunk without a file', '@@ -1 +1 @@\n-a\n+b\n', 'diff: line 1 is a hunk before any file: "--- old" and "+++ new" are missing'],
  ['a broken hunk header', '--- a/a\n+++ b/a\n@@ -x +1 @@\n', 'diff: line 3 is not a hunk header: "@@ -1,3 +1,4 @@"'],
  ['a hunk of new lines before line 1', '--- a/a\n+++ b/a\n@@ -1,2 +0,1 @@\n-a\n-b\n+c\n', 'diff: line 3 is a hunk whose new lines begin in line 0: lines are numbered from 1'],
  ['a hunk that is cut off', '--- a/a\n+++ b/a\n@@ -1,9 +1,9 @@\n a\n b\n', 'diff: line 3 is a hunk that ends 14 lines too early'],
  ['a line that begins with none of the signs', '--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n a\nx\n', 'diff: line 5 must begin with a blank, "+" or "-", as the lines of a hunk do'],
  ['more lines than the hunk says', '--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n+c\n', 'diff: line 6 is outside of any hunk: the hunk before it says that it is shorter'],
  ['one name alone', '+++ b/a\n@@ -1 +1 @@\n', 'diff: line 1 must stand in a pair, "--- old" before "+++ new"'],
  ['a merge', 'diff --cc a.ts\n', 'diff: line 1 is a diff of a merge: send the diff of two versions'],
  ['quotes that do not close', '--- "a/a\n+++ b/a\n', 'diff: line 1 has a path in quotes that do not close'],
])('refuses %s', (_what, text, message) => {
  expect(() => parseDiff(text)).toThrow(expect.objectContaining({ code: 'invalid_argument', field: 'diff', message }))
})
