export async function login(name: string, password: string) {
  await fetch('/login', { method: 'POST', credentials: 'include', body: JSON.stringify({ name, password }) })
  // ok: token-in-browser-storage
  localStorage.setItem('theme', 'dark')
}
