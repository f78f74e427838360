function read(buffer, at) {
  // ok: unsafe-buffer
  const first = buffer.readUInt8(at)
  // ok: unsafe-buffer
  buffer.writeInt32LE(first, at)
}
