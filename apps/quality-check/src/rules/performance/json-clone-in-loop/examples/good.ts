export function copies(template: Template, names: string[]): Template[] {
  // ok: json-clone-in-loop
  const base = JSON.parse(JSON.stringify(template))
  // ok: json-clone-in-loop
  return names.map((name) => ({ ...base, name }))
}
