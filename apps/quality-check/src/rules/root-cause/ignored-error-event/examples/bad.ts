// ruleid: ignored-error-event
process.on('uncaughtException', () => {})

export function connect(port: number): Socket {
  const socket = open(port)
  // ruleid: ignored-error-event
  socket.on('error', () => {})
  return socket
}
