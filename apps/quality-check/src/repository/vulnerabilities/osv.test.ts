import { createHook } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readRecord } from './advisory.ts'
import { cvssScore } from './cvss.ts'
import { affects, fixFor } from './matching.ts'
import { OsvIndex } from './osv-index.ts'
import { readOsvSource } from './osv-source.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elder-osv-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const record = (id: string, changes: object = {}, affected: object = {}) => ({
  id,
  modified: '2026-01-02T00:00:00Z',
  summary: 'Pads too much',
  affected: [{ package: { ecosystem: 'npm', name: 'left-pad' }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.3.0' }] }], ...affected }],
  database_specific: { severity: 'HIGH' },
  ...changes,
})
const find = (records: readonly unknown[], version: string, name = 'left-pad', ecosystem: 'npm' | 'PyPI' = 'npm') => {
  const index = new OsvIndex()
  for (const each of records) index.add(each)
  return index.find([{ ecosystem, name, version }])
}

/** A zip of deflated entries; `claims` may lie about what an entry unpacks to. */
function zip(entries: Readonly<Record<string, string | Buffer>>, claims: { readonly size?: number; readonly stored?: true } = {}): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(entries)) {
    const content = Buffer.from(text)
    const packed = claims.stored ? content : deflateRawSync(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(claims.stored ? 0 : 8, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claims.size ?? content.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, place, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(central.length, 4)
  end.writeUInt16LE(central.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}
const write = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('which versions', () => {
  const advisory = (events: object[], versions: string[] = [], ecosystem: 'npm' | 'PyPI' = 'npm') => {
    const read = readRecord({ id: 'X', affected: [{ package: { ecosystem, name: 'x' }, ranges: [{ type: ecosystem === 'npm' ? 'SEMVER' : 'ECOSYSTEM', events }], versions }] })
    if (read?.affected[0] === undefined) throw new Error('no advisory')
    return read.affected[0].advisory
  }

  test.each([
    ['npm', [{ introduced: '0' }, { fixed: '1.3.0' }], '1.2.9', true],
    ['npm', [{ introduced: '0' }, { fixed: '1.3.0' }], '1.3.0', false],
    ['npm', [{ introduced: '0' }, { fixed: '1.3.0' }], '1.3.0-rc.1', true],
    ['npm', [{ introduced: '1.0.0' }, { last_affected: '1.2.0' }], '1.2.0', true],
    ['npm', [{ introduced: '1.0.0' }, { last_affected: '1.2.0' }], '1.2.1', false],
    ['npm', [{ introduced: '1.0.0' }, { last_affected: '1.2.0' }], '0.9.0', false],
    ['npm', [{ introduced: '2.0.0' }, { fixed: '2.1.0' }, { introduced: '0' }, { fixed: '1.3.0' }], '2.0.5', true],
    ['npm', [{ introduced: '2.0.0' }, { fixed: '2.1.0' }, { introduced: '0' }, { fixed: '1.3.0' }], '1.9.0', false],
    ['npm', [{ introduced: '0' }], '99.0.0', true],
    ['npm', [{ introduced: '1.0.0' }, { fixed: '1.3.0' }], 'latest', false],
    ['PyPI', [{ introduced: '0' }, { fixed: '1.3' }], '1.3rc1', true],
    ['PyPI', [{ introduced: '0' }, { fixed: '1.3' }], '1.3.post1', false],
    ['PyPI', [{ introduced: '0' }, { fixed: '1.10' }], '1.9', true],
    ['PyPI', [{ introduced: '1!0' }, { fixed: '1!2' }], '2024.1', false],
    ['PyPI', [{ introduced: '0' }, { fixed: '2.0.0' }], '2.0', false],
  ] as const)('%s %j has %s: %s', (ecosystem, events, version, expected) => {
    expect(affects(advisory([...events], [], ecosystem), ecosystem, version)).toBe(expected)
  })

  test('named ones, whatever they look like', () => {
    expect(affects(advisory([], ['1.0-weird']), 'npm', '1.0-weird')).toBe(true)
  })

  test('the fix is the next version that is free of it', () => {
    expect(fixFor(advisory([{ introduced: '0' }, { fixed: '1.3.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }]), 'npm', '2.0.5')).toBe('2.1.0')
    expect(fixFor(advisory([{ introduced: '0' }]), 'npm', '2.0.5')).toBeUndefined()
  })
})

test('a withdrawn record says nothing, and of two names of one flaw the worse is told', () => {
  expect(find([record('A', { withdrawn: '2026-01-01T00:00:00Z' })], '1.0.0')).toEqual([])
  const twice = find([record('GHSA-1', { aliases: ['CVE-1'], database_specific: { severity: 'LOW' } }), record('PYSEC-1', { aliases: ['CVE-1'] }), record('OTHER')], '1.0.0')
  expect(twice.map(({ id, level }) => `${id} ${level}`)).toEqual(['GHSA-1 high', 'OTHER high'])
})

test('names of Python packages are one, however they are written', () => {
  const python = record('P', {}, { package: { ecosystem: 'PyPI', name: 'Py_YAML' }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '6' }] }] })
  expect(find([python], '5.4', 'py-yaml', 'PyPI')).toMatchObject([{ id: 'P', fixed: '6' }])
  expect(find([python], '5.4', 'py-yaml')).toEqual([])
})

test.each([
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1],
  ['CVSS:3.0/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N', 1.8],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0],
  ['7.5', 7.5],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 9.3],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N', 5.1],
  ['CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.3],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N', 8.7],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:P', 7.7],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 10],
  ['CVSS:4.0/AV:Q/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', undefined],
  ['CVSS:4.0/AV:N', undefined],
  ['CVSS:3.1/AV:constructor/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', undefined],
  ['nonsense', undefined],
])('%s is %s', (vector, score) => {
  expect(cvssScore(vector)).toBe(score)
})

test.each([
  [{ severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }] }, 'critical'],
  [{ database_specific: { severity: 'MODERATE' } }, 'medium'],
  [{ database_specific: {} }, 'medium'],
  [{ id: 'MAL-2026-1', database_specific: {} }, 'critical'],
])('%j is %s', (changes, level) => {
  expect(find([record('X', changes)], '1.0.0')[0]?.level).toBe(level)
})

describe('a source', () => {
  const load = async (path: string) => {
    const { advisories, newest } = await readOsvSource(path)
    return { advisories, newest }
  }
  const good = JSON.stringify(record('A'))

  test('may be a zip, a folder of records, or a folder of zips', async () => {
    expect(await load(write('npm.zip', zip({ 'A.json': good, 'B.json': JSON.stringify(record('B')), 'readme.txt': 'x' })))).toEqual({ advisories: 2, newest: '2026-01-02T00:00:00Z' })
    mkdirSync(join(folder, 'more'))
    write('more/C.json', good)
    write('broken.json', '{')
    expect(await load(folder)).toMatchObject({ advisories: 3 })
  })

  test.each([
    ['is not there', () => join(folder, 'none.zip'), /cannot be read: ENOENT/],
    ['is no zip', () => write('x.zip', 'hello'), /is no zip that can be read/],
    ['holds nothing', () => write('x.zip', zip({ 'readme.txt': 'x' })), /holds no advisory about npm or PyPI/],
    ['unpacks to a thousand times its size', () => write('x.zip', zip({ 'A.json': Buffer.alloc(3_000_000, 32) })), /has an entry that unpacks to \d+ times its size/],
    ['lies about what it unpacks to', () => write('x.zip', zip({ 'A.json': Buffer.alloc(3_000_000, 32) }, { size: 100 })), /is damaged/],
    ['climbs out of its folder', () => write('x.zip', zip({ '../../A.json': good })), /is damaged: invalid relative path/],
    ['lies about a large entry', () => write('x.zip', zip({ 'A.json': randomBytes(300_000) }, { size: 300_001 })), /is damaged: A\.json unpacks to 300000 bytes instead of 300001/],
    ['says that a full entry is empty', () => write('x.zip', zip({ 'A.json': '{}' }, { size: 0 })), /is damaged/],
    ['takes more room for an entry than what it unpacks to', () => write('x.zip', zip({ 'A.json': randomBytes(5_000_000) }, { size: 4_000_000 })), /is damaged: A\.json takes \d+ bytes to hold 4000000/],
    ['is cut off', () => write('x.zip', zip({ 'A.json': good }).subarray(0, 90)), /is no zip that can be read/],
  ])('that %s is refused, and says so', async (_what, path, message) => {
    await expect(load(path())).rejects.toThrow(message)
  })

  test('many small records are read in blocks', async () => {
    const path = write('x.zip', zip(Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`A${index}.json`, JSON.stringify(record(`A${index}`))]))))
    let requests = 0
    const hook = createHook({ init: (_id, type) => void (requests += type.startsWith('FSREQ') ? 1 : 0) }).enable()
    try {
      expect(await load(path)).toMatchObject({ advisories: 1_000 })
    } finally {
      hook.disable()
    }
    expect(requests).toBeLessThan(20)
  })

  test('records longer than a block, and stored ones, are read whole', async () => {
    const long = JSON.stringify(record('LONG', { details: randomBytes(1_500_000).toString('base64') }))
    const records = { 'A.json': good, 'LONG.json': long, 'B.json': JSON.stringify(record('B')) }
    expect(await load(write('x.zip', zip(records)))).toMatchObject({ advisories: 3 })
    expect(await load(write('y.zip', zip(records, { stored: true })))).toMatchObject({ advisories: 3 })
  })

  test('what lies deeper in a zip, and what a link points to, is not looked at', async () => {
    write('x.zip', zip({ 'A.json': good, 'deep/B.json': JSON.stringify(record('B')), 'C.zip': zip({ 'C.json': good }) }))
    symlinkSync(write('outside.txt', JSON.stringify(record('D'))), join(folder, 'D.json'))
    expect(await load(folder)).toMatchObject({ advisories: 1 })
  })
})
