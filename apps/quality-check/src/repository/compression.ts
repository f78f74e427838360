import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export const pack = (content: Uint8Array): Promise<Buffer> => compress(content, fast)

/** We packed it, and know how large it was. */
export const unpack = (packed: Uint8Array, bytes: number): Promise<Buffer> => (bytes === 0 ? Promise.resolve(Buffer.alloc(0)) : decompress(packed, { maxOutputLength: bytes }))

const largestPart = 512 * 1_048_576

export const packJson = (value: unknown): Promise<Buffer> => pack(Buffer.from(JSON.stringify(value)))

export async function unpackJson<T>(packed: Uint8Array): Promise<T> {
  return JSON.parse((await unpack(packed, largestPart)).toString()) as T
}
