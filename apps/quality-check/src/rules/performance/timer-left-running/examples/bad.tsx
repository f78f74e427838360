import { useEffect, useState } from 'react'

export function Clock() {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    // ruleid: timer-left-running
    setInterval(() => setNow(Date.now()), 1_000)
  }, [])
  return <time>{now}</time>
}

export function Rows({ load, filter }: { load: (filter: string) => Promise<void>; filter: string }) {
  useEffect(() => {
    // ruleid: timer-left-running
    const timer = window.setInterval(() => {
      return void load(filter)
    }, 5_000)
    console.log(timer)
  }, [load, filter])
  return null
}
