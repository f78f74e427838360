package shop

// ok: tracked-debt
// TODO take the rate of the day
var one = 1

// ok: tracked-debt
// see #412
var two = 2
