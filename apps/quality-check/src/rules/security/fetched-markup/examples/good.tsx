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

const badges = { open: { icon: 'circle', label: 'Open' }, done: { icon: 'check', label: 'Done' } }

export async function showState() {
  const response = await fetch('/api/task')
  const task = await response.json()
  const label = task.title
  name.textContent = label
  // The answer only chooses.
  const badge = badges[task.state]
  // ok: fetched-markup
  state.innerHTML = '<i class="' + badge.icon + '"></i>' + badge.label
}

export const Theme = () => {
  // ok: fetched-markup
  return <script dangerouslySetInnerHTML={{ __html: 'document.documentElement.dataset.theme = localStorage.theme' }} />
}
