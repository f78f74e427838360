// ok: self-admitted-debt
// Not supported by Safari.
const one = 1
// ok: self-admitted-debt
// Will be replaced by the value of the variable.
const two = 2
// ok: self-admitted-debt
// The ugly duckling fixture has three siblings.
const three = 3
// ok: self-admitted-debt
// Adds a todo to the current project.
const four = 4
