import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'

// A language server that finds nothing, dies at a text with "die" in it and never answers one with "hang".
const connection = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout))
connection.onRequest('initialize', () => ({ capabilities: {} }))
connection.onNotification('textDocument/didOpen', ({ textDocument: { uri, text } }: { textDocument: { uri: string; text: string } }) => {
  if (text.includes('die')) process.exit(9)
  if (!text.includes('hang')) void connection.sendNotification('textDocument/publishDiagnostics', { uri, diagnostics: [] })
})
connection.onClose(() => process.exit(0))
connection.listen()
