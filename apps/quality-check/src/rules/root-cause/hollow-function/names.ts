const verbs = new Set(
  `validate verify authenticate authorize authorise calculate compute encrypt decrypt sanitize sanitise save persist fetch upload download charge refund convert transform analyze
  analyse process calc estimate sign hash compress decompress import export sync search match score rank classify send submit check`.split(/\s+/),
)

/** Whether the name says that the result depends on the arguments: "validateToken", "calculate_tax". */
export function promisesWork(name: string): boolean {
  const [verb = '', object = ''] = name.split(/_|(?=[A-Z])/)
  return object !== '' && verbs.has(verb)
}
