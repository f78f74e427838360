export function area(shape: unknown): number {
  // ruleid: silenced-type
  const box = shape as any
  // ruleid: silenced-type
  const circle = box.inner as unknown as Circle
  // ruleid: silenced-type
  return circle.parent!.bounds!.width
}
