function read(buffer, at) {
  // ruleid: unsafe-buffer
  const first = buffer.readUInt8(at, true)
  // ruleid: unsafe-buffer
  buffer.writeInt32LE(first, at, true)
}
