export function open(name: string): Door {
  // ruleid: unexplained-coverage-exclusion
  /* c8 ignore next 3 */
  if (name === '') {
    throw new Error('no name')
  }
  return new Door(name)
}
