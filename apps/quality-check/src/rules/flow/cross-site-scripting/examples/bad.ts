import { DomSanitizer } from '@angular/platform-browser'

const title = new URLSearchParams(location.search).get('title')
// ruleid: cross-site-scripting
document.getElementById('title')!.innerHTML = title ?? ''
// ruleid: cross-site-scripting
document.write('<a href="' + document.referrer + '">back</a>')

window.addEventListener('message', (event) => {
  // ruleid: cross-site-scripting
  document.body.insertAdjacentHTML('beforeend', event.data)
})

export class BioComponent {
  constructor(private sanitizer: DomSanitizer) {}

  trust(html: string) {
    // ruleid: cross-site-scripting
    return this.sanitizer.bypassSecurityTrustHtml(html)
  }
}
