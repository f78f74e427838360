import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { admissionOf } from '../src/debt/comment-debt.ts'
import { findAdmissions } from '../src/debt/admissions.ts'
import { commentStyleOf } from '../src/syntax/comment-styles.ts'
import { findComments } from '../src/syntax/comments.ts'

const labelled = readFileSync(new URL('labelled/debt-comments.txt', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, verdict, text = ''] = /^(yes|no) (.*)$/.exec(line) ?? []
    return verdict === undefined ? [] : [{ isDebt: verdict === 'yes', text }]
  })

const admitsDebt = (comment: string): boolean => admissionOf(comment) !== undefined

const commentsOf = (text: string, extension: string) => {
  const style = commentStyleOf({ extension, bareName: '' })
  return style === undefined ? [] : findComments(text, style).map((comment) => comment.text)
}

test.each([
  'Does not work for negative numbers', 'We don\'t handle redirects here', 'Incomplete: only GET is known', 'Dummy result until the billing service exists', 'Test is too weak', 'Will be replaced by the new event model', 'Must be rewritten', 'I\'d rather not copy the list',
])('"%s" states debt, in a comment on code', (text) => {
  expect(admitsDebt(`// ${text}`)).toBe(true)
})

test.each(['Hack is a monospaced typeface', 'The ugly duckling fixture', 'Adds a todo to the current project', 'For now plus the offset', 'Inefficient layouts are marked', 'return -1 if not implemented'])('"%s" states none', (text) => {
  expect(admitsDebt(`// ${text}`)).toBe(false)
})

test('a plain statement in documentation is taken for behaviour', () => {
  expect(admitsDebt('/** Does not work for negative numbers. */')).toBe(false)
})

test('comments that admit debt are told from those that describe', () => {
  const right = labelled.filter(({ isDebt, text }) => isDebt && admitsDebt(text)).length
  const found = labelled.filter(({ text }) => admitsDebt(text)).length
  const all = labelled.filter(({ isDebt }) => isDebt).length
  expect((2 * right) / (found + all)).toBeGreaterThan(0.95)
})

test.each(['TODO: a', '// todo a', '/* FIXME */', '# XXX slow', '-- HACK for the driver', '<!-- TODO a -->', '* @todo a'])('%s is a task', (text) => {
  expect(admitsDebt(text)).toBe(true)
})

test.each(['the todo list of the user', 'see https://host.net/todo/1', 'a "TODO" stands here', 'finds TODO comments', 'XXX-XX-XXXX', 'todoService.save()', '$NON-NLS-1$'])('%s is none', (text) => {
  expect(admitsDebt(text)).toBe(false)
})

test.each([
  'is a bug: its text stays in our logs',
  'a password that is wrong now may be right after a rotation',
  'is this edit good enough?',
  'what is wrong in itself',
  'Give up after three attempts.',
  'rate limits protect against brute-force attacks',
  'brute force is slowed down by bcrypt',
  'Ideally suited for small maps.',
  'The sender is awkward to identify behind a proxy.',
  'known issues are listed in the response',
  'The text is moved at some point of the drag.',
  'remove once the socket is empty',
  'This will be replaced at build time.',
  'Callers may want to use a logger of their own.',
  'copied from the headers of the request',
  'borrowed from the pool',
  'should move the cursor to the end',
  'do some more work',
  'clean this directory before each run',
  'wait until we have a connection',
  'retry until we find a free port',
  'not used, but required by the interface',
  'orphans should be deleted with their parent',
  'At some point the connection goes away.',
  'a buggy client may send it twice',
  'the handshake is unfinished',
  'Add the file to the list, and write the list later.',
  'characters that appear in future matches',
  'by now we should have two replies',
  'so we should call the listeners on the next tick',
  'move it into place once it is complete',
  'the new key does not work with older versions',
  'Replace problematic characters.',
  'if for some reason it closes, connect again',
  'still no luck: give up',
  'fails on purpose: not implemented for directed graphs',
  'copied from https://host.net/a.js',
  'Copied from peg.js, thanks to its author',
  'This program is distributed in the hope that it will be useful',
  'read until the record is resolved',
  'value ?? fallback',
  'is there room in the queue?',
  'Do we have to wait for the lock?',
  'accepts Map<?, ?> and List<?>',
  'leave room for the trailing zero',
  'The list is not thread safe, so each worker gets its own.',
  'We are not done yet: read the next block.',
  'see the Java bug database, number 4711',
  'if the checksum is not correct, ask again',
  'Perhaps it would have matched with a longer prefix.',
  'Unfortunately, the header names no length.',
  'until we write the first byte the socket stays open',
  'nobody can reach it yet',
  'keep the handle so we can remove it later',
  'why two locks? Because readers must not wait for each other.',
  'Sums in place, to avoid duplicating code.',
  'double-check that the file is still open',
])('%s: what the code is for, no debt of it', (text) => {
  expect(admitsDebt(`// ${text}`)).toBe(false)
})

test.each([
  'TODO: comment field lacks options',
  'somewhat slow :(',
  'is that right on old versions??',
  'this call is kinda broken for components',
  'far from being perfect',
  'The names should eventually be moved.',
  'this class should be removed',
  'should not happen, but does',
  'Really ought to throw here.',
  'this doesn\'t actually seem to work but it might elsewhere',
  'can this ever happen?',
  'skip the empty ones too?',
  'Maybe throw instead of returning nothing?',
  'what is the purpose of the second flag?',
  'could cache the parsed pattern',
  'very wrong.',
  'I think this is right for odd sizes',
  'The comment above is not true any more.',
  'This will need to change when streams arrive.',
  'not clear why the server sends it twice',
  'this logic may not be correct for leap years',
  'doesn\'t work with read-only volumes yet',
  'As said above, should check the length too.',
  'this loop could use some refactoring',
  'this may be removed, nobody calls it any more',
  'this should have been an interface',
  'can\'t happen?',
  'the options we haven\'t implemented',
])('%s: debt', (text) => {
  expect(admitsDebt(`// ${text}`)).toBe(true)
})

test.each([
  ['TODO(#12): a', true],
  ['FIXME ABC-123 a', true],
  ['TODO(anna, 2027-01-31): a', true],
  ['TODO a', false],
  ['TODO(anna): a', false],
])('%s: a ticket or a date stands with it: %s', (text, isTracked) => {
  expect(admissionOf(text)?.isTracked).toBe(isTracked)
})

test.each([
  ['.ts', 'const a = "// no"; // yes\n/* and\n yes */ const u = `// no ${a} /* no */`\n', ['// yes', '/* and\n yes */']],
  ['.js', "fetch('http://host/x') // yes\nconst r = /[/*]/\n// yes too", ['// yes', '// yes too']],
  ['.py', 'a = "# no"\nb = """\n# no\n"""\nc = 1  # yes\n# one\n# two\n', ['# yes\n# one\n# two']],
  ['.rs', "fn f<'a>(x: &'a str) {} // don't\nlet c = '\"'; // yes\n", ["// don't", '// yes']],
  ['.sh', 'echo "$#" ${x#y} # yes\n', ['# yes']],
  ['.sql', "select '-- no' -- yes\n/* yes */", ['-- yes', '/* yes */']],
  ['.html', '<a href="http://x">t</a><!-- yes -->', ['<!-- yes -->']],
  ['.css', 'a { color: red } /* yes */ b { background: url(//no) }', ['/* yes */']],
  ['.yaml', 'a: "b # no"\nurl: http://x/#no\nc: d # yes\n', ['# yes']],
  ['.go', 'var s = `// no` // yes\n', ['// yes']],
  ['.lua', 'local a = 1 -- yes\n', ['-- yes']],
  ['.unknown', '// no', []],
] as const)('in %s files comments are told from strings', (extension, text, comments) => {
  expect(commentsOf(text, extension)).toEqual(comments)
})

test('the place is where the words stand, not where the comment begins', () => {
  const text = '/**\n * Sums up.\n * TODO: round\n */\n'
  expect(findAdmissions(text, { extension: '.java', bareName: '', fileClass: 'source', language: 'java' }).map(({ start }) => text.slice(start, start + 4))).toEqual(['TODO'])
})

test.each(['"', "'", '`', '/*', '//', '#', '<!--', '\\"', 'a', "'\"`", '# should we not\n', '// why is '])('a megabyte of %s is read in one go', (piece) => {
  for (const extension of ['.ts', '.py', '.rs', '.sh', '.html']) expect(commentsOf(piece.repeat(1_048_576 / piece.length), extension).length).toBeLessThan(600_000)
})
