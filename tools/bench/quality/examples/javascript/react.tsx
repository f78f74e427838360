import React from 'react'
import DOMPurify from 'dompurify'
export function A({ html }: { html: string }) {
  // ruleid: xss
  return <div dangerouslySetInnerHTML={{ __html: html }} />
}
export function B({ html }: { html: string }) {
  // ok: xss
  return <div dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(html) }} />
}
export function C() {
  // ok: xss
  return <div dangerouslySetInnerHTML={{ __html: '<b>x</b>' }} />
}
