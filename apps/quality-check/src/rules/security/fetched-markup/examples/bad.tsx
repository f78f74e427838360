import { marked } from 'marked'
import { useEffect, useState } from 'react'

export async function showComments() {
  const response = await fetch('/api/comments')
  const comments = await response.json()
  for (const comment of comments) {
    const item = document.createElement('li')
    // ruleid: fetched-markup
    item.innerHTML = '<b>' + comment.author + '</b>: ' + comment.text
    list.append(item)
  }
}

export function Note({ id }: { id: string }) {
  const [html, setHtml] = useState('')
  useEffect(() => {
    void fetch(`/api/notes/${encodeURIComponent(id)}`)
      .then((response) => response.text())
      .then(async (text) => setHtml(await marked(text)))
  }, [id])
  // ruleid: fetched-markup
  return <article dangerouslySetInnerHTML={{ __html: html }} />
}
