interface Order { total: number }

// What it declares is judged by itself.
// ok: long-function
export function createSteps() {
  function step1(order: Order): number {
    const rate = order.total / 2
    return Math.round(rate)
  }

  function step2(order: Order): number {
    const rate = order.total / 3
    return Math.round(rate)
  }

  function step3(order: Order): number {
    const rate = order.total / 4
    return Math.round(rate)
  }

  function step4(order: Order): number {
    const rate = order.total / 5
    return Math.round(rate)
  }

  function step5(order: Order): number {
    const rate = order.total / 6
    return Math.round(rate)
  }

  function step6(order: Order): number {
    const rate = order.total / 7
    return Math.round(rate)
  }

  function step7(order: Order): number {
    const rate = order.total / 8
    return Math.round(rate)
  }

  function step8(order: Order): number {
    const rate = order.total / 9
    return Math.round(rate)
  }

  function step9(order: Order): number {
    const rate = order.total / 10
    return Math.round(rate)
  }

  function step10(order: Order): number {
    const rate = order.total / 11
    return Math.round(rate)
  }

  function step11(order: Order): number {
    const rate = order.total / 12
    return Math.round(rate)
  }

  function step12(order: Order): number {
    const rate = order.total / 13
    return Math.round(rate)
  }

  function step13(order: Order): number {
    const rate = order.total / 14
    return Math.round(rate)
  }

  function step14(order: Order): number {
    const rate = order.total / 15
    return Math.round(rate)
  }

  function step15(order: Order): number {
    const rate = order.total / 16
    return Math.round(rate)
  }

  function step16(order: Order): number {
    const rate = order.total / 17
    return Math.round(rate)
  }

  return [step1, step2, step3, step16]
}

// ok: long-function
export function explain(order: Order): number {
  // Line 1 of the explanation.

  // Line 2 of the explanation.

  // Line 3 of the explanation.

  // Line 4 of the explanation.

  // Line 5 of the explanation.

  // Line 6 of the explanation.

  // Line 7 of the explanation.

  // Line 8 of the explanation.

  // Line 9 of the explanation.

  // Line 10 of the explanation.

  // Line 11 of the explanation.

  // Line 12 of the explanation.

  // Line 13 of the explanation.

  // Line 14 of the explanation.

  // Line 15 of the explanation.

  // Line 16 of the explanation.

  // Line 17 of the explanation.

  // Line 18 of the explanation.

  // Line 19 of the explanation.

  // Line 20 of the explanation.

  // Line 21 of the explanation.

  // Line 22 of the explanation.

  // Line 23 of the explanation.

  // Line 24 of the explanation.

  // Line 25 of the explanation.

  // Line 26 of the explanation.

  // Line 27 of the explanation.

  // Line 28 of the explanation.

  // Line 29 of the explanation.

  // Line 30 of the explanation.

  // Line 31 of the explanation.

  // Line 32 of the explanation.

  // Line 33 of the explanation.

  // Line 34 of the explanation.

  // Line 35 of the explanation.

  // Line 36 of the explanation.

  // Line 37 of the explanation.

  // Line 38 of the explanation.

  // Line 39 of the explanation.

  return order.total
}
