// Does not work for negative numbers. // ruleid: self-admitted-debt
const root = Math.sqrt
const follow = 0 // We don't handle redirects here. // ruleid: self-admitted-debt
const limit = 5
const total = 0 // Dummy result until the billing service exists. // ruleid: self-admitted-debt
const size = 6
const model = {} // Will be replaced by the new event model. // ruleid: self-admitted-debt
const odd = 0 // This test is flaky. // ruleid: self-admitted-debt
