export function render(template: Template, values: Values): string {
  try {
    const tree = compile(template)
    return print(tree, values)
  // ruleid: catch-all-default
  } catch (error) {
    return ''
  }
}
