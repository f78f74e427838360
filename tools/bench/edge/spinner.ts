/**
 * Keeps a core busy while nothing else wants it. A virtual machine hands an idle core back to the hypervisor, and waking it up again costs each
 * request of a lone connection more than all relays together: what `idle=poll` does for a kernel. Started with the scheduling policy "idle".
 */
const sliceMs = 5

function spin(): void {
  const end = performance.now() + sliceMs
  while (performance.now() < end);
  setImmediate(spin)
}

process.on('disconnect', () => process.exit())
spin()
