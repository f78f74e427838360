/**
 * The delay before the next attempt after this many failures in a row: 50-100 ms at first, doubling up to the cap. Half of it is random
 * (jitter), so that clients that lost a connection at the same moment do not all reconnect at the same moment.
 */
export function retryDelayMs(failures: number, capMs = 2_000): number {
  return Math.min(100 * 2 ** Math.min(failures - 1, 10), capMs) * (0.5 + Math.random() / 2)
}
