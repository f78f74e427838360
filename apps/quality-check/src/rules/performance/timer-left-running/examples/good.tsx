import { useEffect, useRef, useState } from 'react'

export function Clock() {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    // ok: timer-left-running
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return <time>{now}</time>
}

export function Rows({ load }: { load: () => void }) {
  const timer = useRef<number>(0)
  useEffect(() => {
    clearInterval(timer.current)
    // ok: timer-left-running
    timer.current = setInterval(load, 5_000)
  }, [load])
  useEffect(() => {
    // ok: timer-left-running
    setTimeout(load, 5_000)
  }, [load])
  return null
}
