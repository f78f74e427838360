import DOMPurify from 'dompurify'

export async function showComments() {
  const response = await fetch('/api/comments')
  const comments = await response.json()
  // ok: fetched-markup
  list.innerHTML = ''
  for (const comment of comments) {
    const item = document.createElement('li')
    // ok: fetched-markup
    item.innerHTML = DOMPurify.sanitize(comment.html)
    list.append(item)
  }
}

export async function refresh() {
  const response = await fetch('/fragments/basket')
  // ok: fetched-markup
  basket.innerHTML = await response.text()
}

export const Theme = () => {
  // ok: fetched-markup
  return <script dangerouslySetInnerHTML={{ __html: 'document.documentElement.dataset.theme = localStorage.theme' }} />
}
