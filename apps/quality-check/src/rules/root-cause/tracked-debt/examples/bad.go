package shop

// ruleid: tracked-debt
// TODO(#412): take the rate of the day
var one = 1

var two = 2 // FIXME SHOP-77: rounding // ruleid: tracked-debt

// ruleid: tracked-debt
// TODO(anna, 2027-02-01): drop the old format
var three = 3
