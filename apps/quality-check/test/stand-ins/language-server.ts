interface Said {
  readonly id?: number
  readonly method: string
  readonly params: { readonly textDocument?: { readonly uri: string; readonly text: string } }
}

// A language server that finds nothing, dies at a text with "die" in it, works without end at one with "spin", waits before it answers "slow" and never answers one with "hang".
let heard = Buffer.alloc(0)
process.stdin.on('end', () => process.exit(0)).on('data', (chunk: Buffer) => {
  heard = Buffer.concat([heard, chunk])
  for (;;) {
    const start = heard.indexOf('\r\n\r\n') + 4
    const end = start + Number(/Content-Length: (\d+)/.exec(heard.toString('latin1', 0, start))?.[1])
    if (!(end <= heard.length)) return
    answer(JSON.parse(heard.toString('utf8', start, end)) as Said)
    heard = heard.subarray(end)
  }
})

function answer({ id, method, params: { textDocument } }: Said): void {
  if (method === 'initialize') say({ id, result: { capabilities: {} } })
  if (method !== 'textDocument/didOpen' || textDocument === undefined) return
  if (textDocument.text.includes('die')) process.exit(9)
  if (textDocument.text.includes('spin')) for (;;);
  if (textDocument.text.includes('slow')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900)
  if (!textDocument.text.includes('hang')) say({ method: 'textDocument/publishDiagnostics', params: { uri: textDocument.uri, diagnostics: [] } })
}

function say(message: object): void {
  const content = JSON.stringify({ jsonrpc: '2.0', ...message })
  process.stdout.write(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`)
}
