function setPath(object, path, value) {
  let at = object
  for (const key of path.split('.')) {
    if (key === '__proto__') return
    // ok: polluting-merge
    at = at[key]
  }
  at.value = value
}

function copy(into, from) {
  for (const key of Object.keys(from)) {
    // ok: polluting-merge
    into[key] = from[key]
  }
}

function last(list) {
  let node = list
  for (let i = 0; i < 3; i++) {
    // ok: polluting-merge
    node = node[i]
  }
  return node
}

function setChecked(object, path, value) {
  const keys = path.split('.').filter(isValidKey)
  let at = object
  keys.forEach((key) => {
    // ok: polluting-merge
    at = at[key]
  })
  at.value = value
}

export const copyFields = function copyFields(into, from) {
  // ok: polluting-merge
  for (const field in from) into[field] = from[field]
  return into
}

function treeOf(folder, way = []) {
  const tree = {}
  for (const [name, entry] of Object.entries(folder)) {
    // ok: polluting-merge
    tree[name] = entry.isFile ? entry : leafOf(entry)
    // ok: polluting-merge
    if (entry.entries) tree[name] = treeOf(entry.entries, [...way, name])
  }
  return tree
}
