import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
// Most files are small, and passing one to zlib's thread pool costs five times as much as compressing it here.
const smallBytes = 65_536

export const pack = async (content: Uint8Array): Promise<Buffer> => (content.length <= smallBytes ? zstdCompressSync(content, fast) : compress(content, fast))

/** `bytes` is the size before compression, which limits the output. */
export async function unpack(packed: Uint8Array, bytes: number): Promise<Buffer> {
  if (bytes === 0) return Buffer.alloc(0)
  return bytes <= smallBytes ? zstdDecompressSync(packed, { maxOutputLength: bytes }) : decompress(packed, { maxOutputLength: bytes })
}

const largestPart = 512 * 1_048_576

export const packJson = (value: unknown): Promise<Buffer> => pack(Buffer.from(JSON.stringify(value)))

export async function unpackJson<T>(packed: Uint8Array): Promise<T> {
  return JSON.parse((await unpack(packed, largestPart)).toString()) as T
}
