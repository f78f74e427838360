export function copies(template: Template, names: string[]): Template[] {
  return names.map((name) => {
    // ruleid: json-clone-in-loop
    const copy = JSON.parse(JSON.stringify(template))
    copy.name = name
    return copy
  })
}
