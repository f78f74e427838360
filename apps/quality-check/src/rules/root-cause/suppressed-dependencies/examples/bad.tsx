import { useEffect, useState } from 'react'

export function useHits(term: string, page: number) {
  const [hits, setHits] = useState<Hit[]>([])
  useEffect(() => {
    search(term, page).then(setHits, console.error)
    // ruleid: suppressed-dependencies
  }, [term]) // eslint-disable-line react-hooks/exhaustive-deps
  return hits
}

export function useOrders({ customer }: { customer: string }) {
  const [orders, setOrders] = useState<Order[]>([])
  useEffect(() => {
    loadOrders(customer).then(setOrders, console.error)
    // eslint-disable-next-line react-hooks/exhaustive-deps
    // ruleid: suppressed-dependencies
  }, [])
  return orders
}
