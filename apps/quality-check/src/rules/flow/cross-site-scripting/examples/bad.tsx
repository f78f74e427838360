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

export default async function Profile({ searchParams }: { searchParams: Promise<{ bio?: string }> }) {
  const { bio = '' } = await searchParams
  // ruleid: cross-site-scripting
  return <div dangerouslySetInnerHTML={{ __html: bio }} />
}
