import DOMPurify from 'dompurify'

export function Comment({ text }: { text: string }) {
  return (
    <div>
      {/* ok: cross-site-scripting */}
      <p dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(text) }} />
      {/* ok: cross-site-scripting */}
      <a href={`/users/${text}`}>{text}</a>
    </div>
  )
}

const element = document.createElement('p')
// ok: cross-site-scripting
element.textContent = location.hash
// ok: cross-site-scripting
element.innerHTML = '<b>static</b>'
