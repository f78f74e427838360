import type { BinaryOptions } from './binary.ts'
import type { ProcessSpec } from './process.ts'

export interface ServerOptions extends BinaryOptions {
  /** Configuration, secrets and data of this one server only. Created with mode 700. */
  folder: string
  /** Port of 127.0.0.1 to listen on. */
  port: number
}

/** A server that can be started: its program is here, its configuration is written. Nothing runs yet. */
export interface PreparedServer {
  spec: ProcessSpec
  /** How clients reach it, password included. */
  url: string
  /** Where its data is. */
  place: string
}
