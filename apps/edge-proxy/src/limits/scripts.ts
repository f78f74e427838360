// A counter is a hash: `u` what was used, `w` where its minute began, and under numbers what is reserved, by when it was. Whatever is
// not settled within the life of a reservation belongs to a process that died, and is dropped by whoever comes next.

/**
 * Takes everything that applies to a request, or nothing.
 * ARGV: now, the number new reservations go under, the oldest number that lives; then for each key: m(inute) or c(alendar), limit, take, r(eserve) or u(se).
 * Answers {0, dropped, then seen, began, ends in ms for each}, {1, dropped, then index, used, held, ends in ms for each that refuses},
 * or {2, dropped, then the indexes of counters that are missing}.
 */
const reserve = `local now, under, oldest = ARGV[1], ARGV[2], tonumber(ARGV[3])
local seen, began, missing, refused, dropped = {}, {}, {}, {}, 0
for i, key in ipairs(KEYS) do
  local at, used, held = 4 * i, false, 0
  local fields = redis.call('HGETALL', key)
  for f = 1, #fields, 2 do
    local name, value = fields[f], fields[f + 1]
    if name == 'u' then used = tonumber(value)
    elseif name == 'w' then began[i] = tonumber(value)
    elseif tonumber(name) >= oldest then held = held + tonumber(value)
    else
      redis.call('HDEL', key, name)
      if value ~= '0' then dropped = dropped + 1 end
    end
  end
  if not used and ARGV[at] == 'c' then missing[#missing + 1] = i - 1 end
  used = used or 0
  seen[i] = used + held + tonumber(ARGV[at + 2])
  if seen[i] > tonumber(ARGV[at + 1]) then
    for _, value in ipairs({ i - 1, used, held, ARGV[at] == 'm' and redis.call('PTTL', key) or 0 }) do refused[#refused + 1] = value end
  end
end
if #missing > 0 then return { 2, dropped, unpack(missing) } end
if #refused > 0 then return { 1, dropped, unpack(refused) } end
local answer = { 0, dropped }
for i, key in ipairs(KEYS) do
  local at = 4 * i
  redis.call('HINCRBY', key, ARGV[at + 3] == 'r' and under or 'u', ARGV[at + 2])
  local left = 0
  if ARGV[at] == 'm' then
    if not began[i] then
      began[i] = tonumber(now)
      redis.call('HSET', key, 'w', now)
      redis.call('PEXPIRE', key, 60000)
    end
    left = redis.call('PTTL', key)
  end
  answer[#answer + 1] = seen[i]
  answer[#answer + 1] = began[i] or 0
  answer[#answer + 1] = left
end
return answer`

/**
 * Puts the real use in the place of what was reserved. What a counter no longer knows is left alone.
 * KEYS[1] the edge's mark. ARGV[1] the number of this settlement; then for each further key: the field it was reserved in, the
 * beginning of its minute or 0, what was reserved, what was used.
 */
const settle = `redis.call('SET', KEYS[1], ARGV[1], 'EX', 86400)
for i = 2, #KEYS do
  local at = 4 * i - 6
  local field, began = ARGV[at], ARGV[at + 1]
  local reserved, change = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
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
const add = `redis.call('SET', KEYS[1], ARGV[1], 'EX', 86400)
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

/** Says that this edge lives. KEYS: the replicas, the edge's mark. ARGV: its id, how long it counts as alive. Answers the number of its last settlement and who lives. */
const beat = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], 86400000)
return { redis.call('GET', KEYS[2]) or '0', unpack(redis.call('ZRANGE', KEYS[1], 0, -1)) }`

/** Says that this edge has gone. */
const part = `return redis.call('ZREM', KEYS[1], ARGV[1])`

export const scripts = { reserve, settle, add, seed, peek, raise, beat, part }

export type Script = keyof typeof scripts
