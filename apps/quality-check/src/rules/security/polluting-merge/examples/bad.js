function setPath(object, path, value) {
  let at = object
  const keys = path.split('.')
  const last = keys.pop()
  for (const key of keys) {
    // ruleid: polluting-merge
    at = at[key]
  }
  at[last] = value
}

function merge(into, from) {
  for (const key in from) {
    if (typeof from[key] === 'object') merge(into[key], from[key])
    // ruleid: polluting-merge
    else into[key] = from[key]
  }
}

const combine = (into, from) => {
  for (const key in from) {
    if (!from.hasOwnProperty(key)) continue
    if (typeof from[key] === 'object') combine(into[key], from[key])
    // ruleid: polluting-merge
    else into[key] = from[key]
  }
}

function setDeep(object, keys, value) {
  let at = object
  keys.slice(0, -1).forEach(function (key) {
    if (at[key] === undefined) at[key] = {}
    // ruleid: polluting-merge
    at = at[key]
  })
  at[keys.at(-1)] = value
}

const extendDeep = (target, source) => {
  Object.keys(source).forEach((key) => {
    const value = source[key]
    // ruleid: polluting-merge
    if (typeof value === 'object') target[key] = extendDeep(target[key], value)
  })
  return target
}
