// ruleid: cognitive-complexity
export function price(order: Order): number {
  let sum = 0
  for (const line of order.lines) {
    if (line.kind === 'goods') {
      if (line.amount > 10 && line.discount) {
        sum += line.price * 0.9
      } else if (line.amount > 100) {
        sum += line.price * 0.8
      } else {
        sum += line.price
      }
    } else {
      for (const part of line.parts) {
        if (part.free || part.gift) {
          continue
        } else {
          sum += part.taxed ? part.price * 1.2 : part.price
        }
      }
    }
  }
  return sum
}

export class Reader {
  // ruleid: cognitive-complexity
  read(input: string[]): string[] {
    const found: string[] = []
    input.forEach((line) => {
      if (line.startsWith('#')) {
        if (line.length > 1) {
          while (line.endsWith(' ')) {
            if (line === ' ') {
              if (found.length > 0) found.pop()
            }
          }
        }
      }
    })
    for (const line of input) if (line) found.push(line)
    return found
  }
}
