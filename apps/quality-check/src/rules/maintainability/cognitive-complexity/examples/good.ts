// A switch counts once, however many cases it has.
// ok: cognitive-complexity
export function nameOf(day: number): string {
  switch (day) {
    case 0: return 'Sunday'
    case 1: return 'Monday'
    case 2: return 'Tuesday'
    case 3: return 'Wednesday'
    case 4: return 'Thursday'
    case 5: return 'Friday'
    case 6: return 'Saturday'
    case 7: return 'Sunday'
    case 8: return 'Monday'
    case 9: return 'Tuesday'
    case 10: return 'Wednesday'
    case 11: return 'Thursday'
    case 12: return 'Friday'
    case 13: return 'Saturday'
    case 14: return 'Sunday'
    case 15: return 'Monday'
    default: return 'unknown'
  }
}

// Each function it declares is judged by itself.
// ok: cognitive-complexity
export function createChecks() {
  // ok: cognitive-complexity
  function first(value: number) {
    if (value > 0 && value < 10) return value > 5 ? 'high' : 'low'
    for (let at = 0; at < value; at++) if (at === 3) return 'three'
    return 'none'
  }
  // ok: cognitive-complexity
  function second(value: number) {
    if (value > 0 && value < 10) return value > 5 ? 'high' : 'low'
    for (let at = 0; at < value; at++) if (at === 3) return 'three'
    return 'none'
  }
  return [first, second]
}
