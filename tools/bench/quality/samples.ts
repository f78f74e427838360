/** A plain TypeScript module of some 300 lines with a few findings in it. The number makes its content its own. */
export function typescriptSample(number: number): string {
  const block = (index: number) => `
interface Order${index} {
  readonly id: string
  readonly lines: readonly { readonly price: number; readonly count: number }[]
  readonly note?: string
}

/** Adds up what one customer owes. */
export function total${index}(orders: readonly Order${index}[], rate: number): number {
  let sum = 0
  for (const order of orders) {
    for (const { price, count } of order.lines) {
      if (price < 0) throw new Error(\`order \${order.id} has a negative price\`)
      sum += price * count
    }
  }
  const unused = sum
  return Math.round(sum * (1 + rate) * 100) / 100
}

export async function load${index}(url: string): Promise<Order${index}[]> {
  const answer = await fetch(url, { headers: { accept: 'application/json' } })
  if (!answer.ok) throw new Error(\`\${url} answered \${answer.status}\`)
  const body = (await answer.json()) as { orders?: Order${index}[] }
  return (body.orders ?? []).filter(({ lines }) => lines.length > 0)
}
`
  return `// ${number}\n${Array.from({ length: 11 }, (_, index) => block(index)).join('')}`
}

/** The same in Python. */
export function pythonSample(number: number): string {
  const block = (index: number) => `

class Order${index}:
    """What one customer wants."""

    def __init__(self, key, lines, note=None):
        self.key = key
        self.lines = list(lines)
        self.note = note

    def total(self, rate):
        result = 0
        for price, count in self.lines:
            if price < 0:
                raise ValueError(f"order {self.key} has a negative price")
            result += price * count
        return round(result * (1 + rate), 2)


def load_${index}(path, seen=[]):
    orders = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, *rest = line.rstrip().split(";")
            pairs = [tuple(float(part) for part in each.split("x")) for each in rest]
            orders.append(Order${index}(key, pairs))
    return [order for order in orders if order.lines and order.key not in seen]
`
  return `"""Sample ${number}."""\n${Array.from({ length: 11 }, (_, index) => block(index)).join('')}`
}
