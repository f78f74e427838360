// A counter is a hash: `u` is the usage, `w` the beginning of its minute, and numbered fields hold reservations by their time (generations). A reservation
// that is not settled within its lifetime belongs to a process that died, and is dropped by the next script that reads it. What edges report of a counter
// that Redis has lost: `k` is the highest usage that one of them knew, `a` the sum of what each of them alone has to add to it.

/** Reservations of this long share one generation, and expire after this many generations: later than any answer ends. */
const generationMs = 5 * 60_000
const liveGenerations = 4

/** The generation of reservations made at an instant. */
export function generationAt(atMs: number): string {
  return String(Math.floor(atMs / generationMs))
}

/**
 * Takes the amounts of the claims of one turn of the event loop, each all or nothing, in their order.
 * Takes nothing once its caller has timed out: the command may arrive late, over a connection that was closed, and its reply would be lost.
 * ARGV: now; the time-out by the clock of Redis; then for each group of claims a text: its limits, of each m(inute), r(eserved) or u(sed), q (requests), t(okens) or c(ost), and the
 * amount; a space; and for each run of claims that take as much as one another how many, their tokens, their cost. KEYS: of each group's limits in turn.
 * Answers for each key what is used and what is reserved (used -1: the counter is missing), then of a minute when it began and when it ends in ms, of
 * others how many reservations were dropped and 0; then for each run how many of its claims fit, -1 where a counter is missing.
 */
const reserve = `local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[2]) then return redis.error_reply('TRYAGAIN too late') end
local now, generation = ARGV[1], math.floor(ARGV[1] / ${generationMs})
local under, oldest = string.format('%.0f', generation), generation - ${liveGenerations}
local counters, answer, fits = {}, {}, {}
local function read(key, kind)
  local counter = { kind = kind, used = false, held = 0, began = false, dropped = 0, added = 0 }
  local fields = redis.call('HGETALL', key)
  for f = 1, #fields, 2 do
    local name, value = fields[f], fields[f + 1]
    if name == 'u' then counter.used = tonumber(value)
    elseif name == 'w' then counter.began = tonumber(value)
    elseif name == 'k' or name == 'a' then
    elseif tonumber(name) >= oldest then counter.held = counter.held + tonumber(value)
    else
      redis.call('HDEL', key, name)
      if value ~= '0' then counter.dropped = counter.dropped + 1 end
    end
  end
  if kind == 'm' then counter.used = counter.used or 0 end
  counters[key] = counter
  return counter
end
local function fit(limits, count, takes)
  for _, limit in ipairs(limits) do
    if not limit.counter.used then return -1 end
  end
  for _, limit in ipairs(limits) do
    local counter, take = limit.counter, takes[limit.meter]
    local left = limit.amount - counter.used - counter.held - counter.added
    if take * count > left then count = math.max(0, math.floor(left / take)) end
  end
  for _, limit in ipairs(limits) do limit.counter.added = limit.counter.added + count * takes[limit.meter] end
  return count
end
local k = 0
for a = 3, #ARGV do
  local limits, spec, runs = {}, string.match(ARGV[a], '^(%w+) (.+)$')
  for kind, meter, amount in string.gmatch(spec, '(%l)(%l)(%d+)') do
    k = k + 1
    limits[#limits + 1] = { counter = counters[KEYS[k]] or read(KEYS[k], kind), meter = meter, amount = tonumber(amount) }
  end
  for count, tokens, cost in string.gmatch(runs, '(%d+),(%d+),(%d+);') do
    fits[#fits + 1] = fit(limits, tonumber(count), { q = 1, t = math.max(1, tonumber(tokens)), c = math.max(1, tonumber(cost)) })
  end
end
for key, counter in pairs(counters) do
  if counter.added > 0 then
    redis.call('HINCRBY', key, counter.kind == 'r' and under or 'u', string.format('%.0f', counter.added))
    if counter.kind == 'r' then counter.held = counter.held + counter.added else counter.used = counter.used + counter.added end
    if counter.kind == 'm' and not counter.began then
      counter.began = tonumber(now)
      redis.call('HSET', key, 'w', now)
      redis.call('PEXPIRE', key, 60000)
    end
  end
end
for i, key in ipairs(KEYS) do
  local counter, isMinute = counters[key], counters[key].kind == 'm'
  answer[4 * i - 3] = counter.used or -1
  answer[4 * i - 2] = counter.held
  answer[4 * i - 1] = isMinute and (counter.began or 0) or counter.dropped
  answer[4 * i] = isMinute and redis.call('PTTL', key) or 0
end
for _, count in ipairs(fits) do answer[#answer + 1] = count end
return answer`

/** A settlement that is sent again for lack of an answer may have arrived before, or may yet: of each number only the first counts. */
const unlessKnown = `if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return end
redis.call('SET', KEYS[1], ARGV[1], 'EX', 86400)`

/**
 * Replaces reservations by the real usage. Reservations that a counter no longer has are ignored; what edges report of it does not include them.
 * KEYS[1] the edge's mark. ARGV[1] the number of this settlement; then for each further key a text: the field it was reserved in, the
 * beginning of its minute or 0, what was reserved, what was used.
 */
const settle = `${unlessKnown}
for i = 2, #KEYS do
  local field, began, reserved, change = string.match(ARGV[i], '^(%w+) (%d+) (%d+) (%d+)$')
  reserved, change = tonumber(reserved), tonumber(change)
  local known = redis.call('HMGET', KEYS[i], 'u', 'w', field, 'a')
  if known[1] and (began == '0' or began == known[2]) then
    if field == 'u' then change = change - reserved
    elseif known[3] then redis.call('HINCRBY', KEYS[i], field, string.format('%.0f', 0 - math.min(tonumber(known[3]), reserved))) end
    if change ~= 0 then redis.call('HINCRBY', KEYS[i], 'u', string.format('%.0f', change)) end
  elseif began == '0' and known[4] then
    if field == 'u' then change = change - reserved end
    redis.call('HINCRBY', KEYS[i], 'a', string.format('%.0f', change))
  end
end`

/**
 * Adds what an edge counted without Redis, and what it knows of a counter that Redis has lost. A missing day or month is not created: the first request
 * seeds it, since auth may know more. Where another edge has created it meanwhile, the highest known usage counts.
 * KEYS[1] the edge's mark. ARGV[1] the number of this settlement; then for each further key: m or c, the amount, the known usage or 0, the beginning of the
 * minute, how long to keep it in ms.
 */
const add = `${unlessKnown}
for i = 2, #KEYS do
  local key, at = KEYS[i], 5 * i - 8
  local isMinute, amount, known = ARGV[at] == 'm', tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local fields = redis.call('HMGET', key, 'u', 'k', 'a')
  local used, before = tonumber(fields[1]), tonumber(fields[2] or 0)
  if used and not isMinute then
    redis.call('HSET', key, 'u', string.format('%.0f', math.max(used, known) + amount))
  else
    local highest = math.max(before, known)
    if not isMinute or known > 0 or fields[2] then redis.call('HSET', key, 'k', string.format('%.0f', highest), 'a', string.format('%.0f', tonumber(fields[3] or 0) + amount)) end
    if isMinute then redis.call('HINCRBY', key, 'u', string.format('%.0f', highest - before + amount)) end
    if isMinute and not used then redis.call('HSET', key, 'w', ARGV[at + 3]) end
    if not used then redis.call('PEXPIRE', key, ARGV[at + 4]) end
  end
end`

/**
 * Creates missing counters of days and months, with what edges reported of them if that is more; existing ones are kept.
 * ARGV for each key: used so far, when it expires (Unix seconds). Answers how many it created.
 */
const seed = `local begun = 0
for i, key in ipairs(KEYS) do
  if redis.call('HEXISTS', key, 'u') == 0 then
    local told = redis.call('HMGET', key, 'k', 'a')
    local reported = tonumber(told[1] or 0) + tonumber(told[2] or 0)
    redis.call('HSET', key, 'u', string.format('%.0f', math.max(tonumber(ARGV[2 * i - 1]), reported)))
    redis.call('HDEL', key, 'k', 'a')
    redis.call('EXPIREAT', key, ARGV[2 * i])
    begun = begun + 1
  end
end
return begun`

/** Reads what is used and reserved of each counter; -1: there is no such counter. */
const peek = `local seen = {}
for i, key in ipairs(KEYS) do
  local sum, known = 0, false
  local fields = redis.call('HGETALL', key)
  for f = 1, #fields, 2 do
    if fields[f] == 'u' then known = true end
    if fields[f] == 'u' or tonumber(fields[f]) then sum = sum + tonumber(fields[f + 1]) end
  end
  seen[i] = known and sum or -1
end
return seen`

/** Raises counters to the usage that auth knows, where that is more. ARGV for each key: used so far. */
const raise = `for i, key in ipairs(KEYS) do
  local used = redis.call('HGET', key, 'u')
  if used and tonumber(used) < tonumber(ARGV[i]) then redis.call('HSET', key, 'u', ARGV[i]) end
end`

/**
 * The heartbeat of an edge. KEYS: the replicas, the mark of these data. ARGV: its id, how long it counts as alive, and 1 to join the replicas or 0 to look
 * at them. Answers the time in ms, the mark, and the ids of the edges that are alive.
 */
const beat = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SETNX', KEYS[2], ARGV[1] .. ':' .. string.format('%.0f', now))
if ARGV[3] == '1' then redis.call('ZADD', KEYS[1], now, ARGV[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], 86400000)
return { string.format('%.0f', now), redis.call('GET', KEYS[2]), unpack(redis.call('ZRANGE', KEYS[1], 0, -1)) }`

/** Removes this edge from the replicas. */
const part = `return redis.call('ZREM', KEYS[1], ARGV[1])`

export const scripts = { reserve, settle, add, seed, peek, raise, beat, part }

export type Script = keyof typeof scripts
