import { expect, it } from 'vitest'
import { upload } from '../src/uploads'

it('uploads a file in parts', async () => {
  const result = await upload(new Uint8Array(1024), { partSize: 256 })
  // ruleid: assertion-commented-out
  // expect(result.parts).toHaveLength(4)
  void result
})
