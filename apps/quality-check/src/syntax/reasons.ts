const shortestReason = 10

/** Whether what follows a suppression in its comment says why. */
export function isReason(text: string): boolean {
  return text.replace(/^[\s#:-]+/, '').trim().length >= shortestReason
}
