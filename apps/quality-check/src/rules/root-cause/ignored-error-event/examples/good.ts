// ok: ignored-error-event
process.on('uncaughtException', (error) => logger.error(error))

export function connect(port: number): Socket {
  const socket = open(port)
  // Its end is what counts, and "close" comes after every error.
  socket.on('error', () => {}) // ok: ignored-error-event
  // ok: ignored-error-event
  socket.on('data', () => {})
  return socket
}
