// A counter is a hash: `u` what was used, `w` where its minute began, and under numbers what is reserved, by when it was. Whatever is
// not settled within the life of a reservation belongs to a process that died, and is dropped by whoever comes next.

/** Reservations of so long a time stand under one number, and live for so many of them: longer than answers do. */
const generationMs = 5 * 60_000
const liveGenerations = 4

/** The number that reservations of an instant stand under. */
export function generationAt(atMs: number): string {
  return String(Math.floor(atMs / generationMs))
}

/**
 * Takes what the claims of one turn want, each everything or nothing, in their order.
 * What comes after nobody waits for it any longer takes nothing: it may lie in a connection that was given up, whose answers nobody hears.
 * ARGV: now; by the clock of Redis when nobody waits any longer; then for each group of claims a text: its limits, of each m(inute), r(eserved) or u(sed), q (requests), t(okens) or c(ost), and the
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

/** What an edge sends again, because it heard no answer, may have arrived, or may yet: of each number only the first counts. */
const unlessKnown = `if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return end
redis.call('SET', KEYS[1], ARGV[1], 'EX', 86400)`

/**
 * Puts the real use in the place of what was reserved. What a counter no longer knows is left alone.
 * KEYS[1] the edge's mark. ARGV[1] the number of this settlement; then for each further key a text: the field it was reserved in, the
 * beginning of its minute or 0, what was reserved, what was used.
 */
const settle = `${unlessKnown}
for i = 2, #KEYS do
  local field, began, reserved, change = string.match(ARGV[i], '^(%w+) (%d+) (%d+) (%d+)$')
  reserved, change = tonumber(reserved), tonumber(change)
  local known = redis.call('HMGET', KEYS[i], 'u', 'w', field)
  if known[1] and (began == '0' or began == known[2]) then
    if field == 'u' then change = change - reserved
    elseif known[3] then redis.call('HINCRBY', KEYS[i], field, string.format('%.0f', -math.min(tonumber(known[3]), reserved))) end
    if change ~= 0 then redis.call('HINCRBY', KEYS[i], 'u', string.format('%.0f', change)) end
  end
end`

/**
 * Adds what an edge counted alone. A day or month that is missing stays so: it will be begun with what auth knows, and auth heard of this.
 * KEYS[1] the edge's mark. ARGV[1] the number of this settlement; then for each further key: m or c, amount, beginning of the minute, its rest in ms.
 */
const add = `${unlessKnown}
for i = 2, #KEYS do
  local at = 4 * i - 6
  local exists = redis.call('HEXISTS', KEYS[i], 'u') == 1
  if exists or ARGV[at] == 'm' then redis.call('HINCRBY', KEYS[i], 'u', ARGV[at + 1]) end
  if not exists and ARGV[at] == 'm' then
    redis.call('HSET', KEYS[i], 'w', ARGV[at + 2])
    redis.call('PEXPIRE', KEYS[i], ARGV[at + 3])
  end
end`

/** Begins days and months that are missing, once whoever else tries. ARGV for each key: used so far, when it may be forgotten (Unix seconds). Answers how many it began. */
const seed = `local begun = 0
for i, key in ipairs(KEYS) do
  if redis.call('HSETNX', key, 'u', ARGV[2 * i - 1]) == 1 then
    redis.call('EXPIREAT', key, ARGV[2 * i])
    begun = begun + 1
  end
end
return begun`

/** Tells what is used and reserved of each counter; -1: there is no such counter. */
const peek = `local seen = {}
for i, key in ipairs(KEYS) do
  local sum, known = 0, false
  local fields = redis.call('HGETALL', key)
  for f = 1, #fields, 2 do
    if fields[f] == 'u' then known = true end
    if fields[f] ~= 'w' then sum = sum + tonumber(fields[f + 1]) end
  end
  seen[i] = known and sum or -1
end
return seen`

/** Lifts counters to what auth knows, where that is more. ARGV for each key: used so far. */
const raise = `for i, key in ipairs(KEYS) do
  local used = redis.call('HGET', key, 'u')
  if used and tonumber(used) < tonumber(ARGV[i]) then redis.call('HSET', key, 'u', ARGV[i]) end
end`

/** Says that this edge lives. KEYS: the replicas. ARGV: its id, how long it counts as alive. Answers the time in ms and who lives. */
const beat = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], 86400000)
return { string.format('%.0f', now), unpack(redis.call('ZRANGE', KEYS[1], 0, -1)) }`

/** Says that this edge has gone. */
const part = `return redis.call('ZREM', KEYS[1], ARGV[1])`

export const scripts = { reserve, settle, add, seed, peek, raise, beat, part }

export type Script = keyof typeof scripts
