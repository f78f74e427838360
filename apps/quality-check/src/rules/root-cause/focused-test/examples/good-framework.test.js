const test = require('../')

// ok: focused-test
test.only('runs alone', (t) => t.end())
