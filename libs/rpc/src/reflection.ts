import { Duplex } from 'node:stream'
import type { MethodDefinition, Server, ServerDuplexStream } from '@grpc/grpc-js'

type ReflectionHandler = (call: Duplex) => void
const paths = ['/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo']

/** Serves reflection in both published versions. What answers is loaded at the first question: it costs 30 MB. */
export function addReflection(server: Server): void {
  for (const path of paths) {
    const bytes = (value: Buffer) => value
    const method: MethodDefinition<Buffer, Buffer> = { path, requestStream: true, responseStream: true, requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes }
    server.addService({ serverReflectionInfo: method }, {
      serverReflectionInfo: (call: ServerDuplexStream<Buffer, Buffer>) => {
        loadReflection().then(
          (methods) => bridge(call, methods.get(path) as LoadedMethod),
          (error: unknown) => call.destroy(error instanceof Error ? error : new Error(String(error))),
        )
      },
    })
  }
}

interface LoadedMethod {
  readonly definition: MethodDefinition<unknown, unknown>
  readonly handle: ReflectionHandler
}

async function loadReflection(): Promise<Map<string, LoadedMethod>> {
  const [{ ReflectionService }, { loadFileDescriptorSetFromBuffer }, { descriptorSet }] = await Promise.all([
    import('@grpc/reflection'),
    import('@grpc/proto-loader'),
    import('@elder/contracts/descriptors'),
  ])
  const loaded = new Map<string, LoadedMethod>()
  new ReflectionService(loadFileDescriptorSetFromBuffer(Buffer.from(descriptorSet, 'base64'))).addToServer({
    addService(definition, implementation) {
      for (const [key, method] of Object.entries(definition)) loaded.set(method.path, { definition: method, handle: implementation[key] as unknown as ReflectionHandler })
    },
  })
  return loaded
}

// Between the bytes on the wire and the messages that the loaded service speaks.
function bridge(call: ServerDuplexStream<Buffer, Buffer>, { definition, handle }: LoadedMethod): void {
  const messages = new Duplex({
    objectMode: true,
    read: () => call.resume(),
    write: (message, _encoding, done) => {
      call.write(definition.responseSerialize(message))
      done()
    },
    final: (done) => {
      call.end()
      done()
    },
  })
  call.on('data', (bytes: Buffer) => {
    if (!messages.push(definition.requestDeserialize(bytes))) call.pause()
  })
  call.on('end', () => messages.push(null))
  handle(messages)
}
