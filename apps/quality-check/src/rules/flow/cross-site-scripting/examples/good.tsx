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

export function Card(props) {
  return (
    // ok: cross-site-scripting
    <div style={props.style}>
      {/* ok: cross-site-scripting */}
      <style>{props.css}</style>
      {/* ok: cross-site-scripting */}
      <Runner script={props.script} />
    </div>
  )
}
