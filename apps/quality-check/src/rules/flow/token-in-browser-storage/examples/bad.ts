export async function login(name: string, password: string) {
  const answer = await fetch('/login', { method: 'POST', body: JSON.stringify({ name, password }) })
  const { token } = await answer.json()
  // ruleid: token-in-browser-storage
  localStorage.setItem('authToken', token)
}
