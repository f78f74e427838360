import { expect, it } from 'vitest'
import { upload } from '../src/uploads'

it('uploads a file in parts', async () => {
  const result = await upload(new Uint8Array(1024), { partSize: 256 })
  // ok: assertion-commented-out
  // expect(result.parts) is in the order of arrival:
  expect(result.parts.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4])
})
