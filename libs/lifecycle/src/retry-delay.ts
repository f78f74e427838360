/**
 * How long to wait before asking something absent again, after this many failures in a row: from 50-100 ms, doubling up to the cap.
 * Half of it is chance, so that those who lost it together do not return together.
 */
export function retryDelayMs(failures: number, capMs = 2_000): number {
  return Math.min(100 * 2 ** Math.min(failures - 1, 10), capMs) * (0.5 + Math.random() / 2)
}
