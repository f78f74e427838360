import { ServiceError } from '@elder/errors'

export interface AdmissionLimits {
  readonly files: number
  readonly bytes: number
}

export interface Admission {
  /** Takes a check in, until it is released. Throws resource_exhausted, with the time after which to ask again, when too much waits already. */
  admit(files: number, bytes: number): () => void
  readonly waitingFiles: number
}

// About what one file takes; only a guess of when there will be room.
const msPerFile = 3

/** Bounds what waits, so that a burst is refused early instead of answered late. A check alone is always taken. */
export function createAdmission(limits: AdmissionLimits): Admission {
  let waitingFiles = 0
  let waitingBytes = 0
  return {
    admit(files, bytes) {
      if (waitingFiles > 0 && (waitingFiles + files > limits.files || waitingBytes + bytes > limits.bytes)) {
        const retryAfterMs = Math.min(10_000, Math.max(250, waitingFiles * msPerFile))
        throw new ServiceError('resource_exhausted', `too many files are waiting to be checked (${waitingFiles}): ask again in ${Math.ceil(retryAfterMs / 1_000)} s`, { reason: 'CHECK_QUEUE_FULL', retryAfterMs })
      }
      waitingFiles += files
      waitingBytes += bytes
      let released = false
      return () => {
        if (released) return
        released = true
        waitingFiles -= files
        waitingBytes -= bytes
      }
    },
    get waitingFiles() {
      return waitingFiles
    },
  }
}
