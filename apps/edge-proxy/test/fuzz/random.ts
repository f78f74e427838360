/** A source of chance that says the same again for the same seed (mulberry32). */
export interface Random {
  /** From 0 to below the bound. */
  below(bound: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    below: (bound) => Math.floor(next() * bound),
    chance: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number],
  }
}

const awkward = [Buffer.from([0]), Buffer.from('\r\n'), Buffer.from('\n'), Buffer.from('\r\n\r\n'), Buffer.from([0xff, 0xfe]), Buffer.from([0xe2, 0x82]), Buffer.from([0xc0, 0xaf]), Buffer.from(':'), Buffer.from(' \t '), Buffer.from('"'), Buffer.from('9'.repeat(40)), Buffer.from('{'.repeat(200))]

/** Bytes with one fault: a bit turned, a piece cut out, said twice, or something awkward put in. */
export function damage(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1)
  const to = Math.min(bytes.length, at + 1 + random.below(24))
  const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)]
  switch (random.below(5)) {
    case 0:
      return Buffer.concat([before, Buffer.from(piece.map((byte, index) => (index === 0 ? byte ^ (1 << random.below(8)) : byte))), after])
    case 1:
      return Buffer.concat([before, after])
    case 2:
      return Buffer.concat([before, piece, piece, after])
    case 3:
      return Buffer.concat([before, random.pick(awkward), piece, after])
    default:
      return before
  }
}

/** The same bytes in pieces of any size. */
export function inPieces(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(random.chance(0.3) ? 3 : 400)
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}
