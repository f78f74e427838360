export function findSeat(halls: Hall[], wanted: number) {
  for (const hall of halls) {
    if (hall.open) {
      for (const row of hall.rows) {
        if (row.free > 0) {
          // ruleid: deep-nesting
          for (const seat of row.seats) {
            if (seat.number === wanted) return seat
          }
        }
      }
    }
  }
}

export async function send(messages: Message[]) {
  while (messages.length > 0) {
    try {
      if (await ready()) {
        for (const message of messages) {
          // ruleid: deep-nesting
          switch (message.kind) {
            case 'mail': await mail(message)
          }
        }
      }
    } finally {
      await rest()
    }
  }
}
