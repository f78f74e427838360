import { useEffect, useRef, useState } from 'react'

export function useOnMount(callback: () => void) {
  const latest = useRef(callback)
  latest.current = callback
  // eslint-disable-next-line react-hooks/exhaustive-deps -- once, whatever the callback is by then
  // ok: suppressed-dependencies
  useEffect(() => latest.current(), [])
}

export function useOrders(customer: string) {
  const [orders, setOrders] = useState<Order[]>([])
  useEffect(() => {
    loadOrders(customer).then(setOrders, console.error)
    // ok: suppressed-dependencies
  }, [customer])
  return orders
}

export function useFirst(id: string) {
  const [first, setFirst] = useState<Hit>()
  useEffect(() => {
    // The id of a card never changes: a card with another id is another card.
    load(id).then(setFirst, console.error)
    // eslint-disable-next-line react-hooks/exhaustive-deps
    // ok: suppressed-dependencies
  }, [])
  return first
}
