export function readPort(text: string): number | undefined {
  try {
    return JSON.parse(text).port
  // ok: catch-all-default
  } catch {
    return undefined
  }
}

export function render(template: Template): string {
  try {
    return print(compile(template))
  // ok: catch-all-default
  } catch (error) {
    throw new Error('the template cannot be rendered', { cause: error })
  }
}
