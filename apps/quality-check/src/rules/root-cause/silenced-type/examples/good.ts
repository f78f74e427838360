export function area(shape: unknown): number {
  // ok: silenced-type
  const box = shape as Box
  // ok: silenced-type
  const data = JSON.parse(box.text) as unknown
  // ok: silenced-type
  return box.width! + readHeight(data)
}
