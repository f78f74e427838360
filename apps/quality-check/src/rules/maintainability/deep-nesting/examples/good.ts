export function kindOf(value: unknown) {
  for (const one of [value]) {
    if (one === 1) {
      return 'one'
    } else if (one === 2) {
      return 'two'
    } else if (one === 3) {
      return 'three'
    } else if (one === 4) {
      return 'four'
    // ok: deep-nesting
    } else if (one === 5) {
      return 'five'
    }
  }
}

export function watch(halls: Hall[]) {
  for (const hall of halls) {
    if (hall.open) {
      for (const row of hall.rows) {
        if (row.free > 0) {
          row.seats.forEach((seat) => {
            // ok: deep-nesting
            if (seat.free) take(seat)
          })
        }
      }
    }
  }
}
