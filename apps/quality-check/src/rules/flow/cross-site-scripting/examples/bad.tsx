import { useSearchParams } from 'next/navigation'

export function Comment({ text }: { text: string }) {
  const address = useSearchParams().get('next')
  return (
    <div>
      {/* ruleid: cross-site-scripting */}
      <p dangerouslySetInnerHTML={{ __html: text }} />
      {/* ruleid: cross-site-scripting */}
      <a href={address}>next</a>
    </div>
  )
}
