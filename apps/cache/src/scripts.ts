/**
 * The layout of entries, leases and tags in Redis. KEYS[1] is the prefix of all keys, and contains the server's run id:
 *   <prefix>entry:<key>   hash: id (of the write), tags (the tags and their tokens at that time), value
 *   <prefix>lease:<key>   token returned by misses of a key; deleted when it is used or the key is invalidated
 *   <prefix>tag:<tag>     token of a tag; deleted when the tag is invalidated
 * Tokens are random and never reused. Deleting one invalidates every entry and lease that contains it. If Redis evicts one,
 * the result is a miss and never an old entry, which a counter that restarts at 1 could bring back.
 */
const tokens = `
local prefix, seed, leaseMs = KEYS[1], ARGV[1], tonumber(ARGV[2])
local made = 0
-- The token, lasting at least so long. A Redis that takes no writes still answers: a token that was not kept is never current.
local function token(name, ms)
  local current = redis.call('GET', name)
  if current then
    if redis.call('PTTL', name) < ms then redis.pcall('PEXPIRE', name, ms) end
    return current
  end
  made = made + 1
  local fresh = seed .. made
  redis.pcall('SET', name, fresh, 'PX', ms)
  return fresh
end
`

/** ARGV: seed, leaseMs, answerBytes, then for each lookup: key, id known here or '', number of tags, tags. */
export const getScript = `${tokens}
local room = tonumber(ARGV[3])
local function current(tags)
  for i = 1, #tags, 2 do
    if redis.call('GET', prefix .. 'tag:' .. tags[i]) ~= tags[i + 1] then return false end
  end
  return true
end
local function find(key, known)
  local name = prefix .. 'entry:' .. key
  local stored = redis.call('HMGET', name, 'id', 'tags')
  if not stored[1] then return nil end
  local tags = cmsgpack.unpack(stored[2])
  if not current(tags) then
    redis.call('UNLINK', name)
    return nil
  end
  if stored[1] == known then return {'same'} end
  local size = redis.call('HSTRLEN', name, 'value')
  if size > room then return nil end
  room = room - size
  local names = {}
  for i = 1, #tags, 2 do names[#names + 1] = tags[i] end
  return {'found', stored[1], redis.call('HGET', name, 'value'), redis.call('PTTL', name), names}
end
local answers = {}
local at = 4
while at <= #ARGV do
  local key, known, count = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local answer = find(key, known)
  if not answer then
    answer = {'missed', token(prefix .. 'lease:' .. key, leaseMs)}
    for i = 1, count do answer[i + 2] = token(prefix .. 'tag:' .. ARGV[at + 2 + i], leaseMs) end
  end
  answers[#answers + 1] = answer
  at = at + 3 + count
end
return answers`

/** ARGV: seed, leaseMs, then for each item: key, id, ttl, value, token of the key or '' without a lease, number of tags, tags with their tokens. */
export const setScript = `${tokens}
local function keep(at, count)
  local key, id, ttl, value, keyToken = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3], ARGV[at + 4]
  local lease, tags = prefix .. 'lease:' .. key, {}
  local leased = keyToken ~= ''
  if leased and redis.call('GET', lease) ~= keyToken then return 0 end
  for i = 1, count * 2, 2 do
    local tag, expected = ARGV[at + 5 + i], ARGV[at + 6 + i]
    local name = prefix .. 'tag:' .. tag
    if leased and redis.call('GET', name) ~= expected then return 0 end
    tags[i] = tag
    -- Outlives the entry, which without it would end early.
    tags[i + 1] = token(name, ttl + leaseMs)
  end
  local name = prefix .. 'entry:' .. key
  redis.call('HSET', name, 'id', id, 'tags', cmsgpack.pack(tags), 'value', value)
  redis.call('PEXPIRE', name, ttl)
  -- Whoever still computes this key computes something older.
  redis.call('UNLINK', lease)
  return 1
end
local outcomes = {}
local at = 3
while at <= #ARGV do
  local count = tonumber(ARGV[at + 5])
  outcomes[#outcomes + 1] = keep(at, count)
  at = at + 6 + count * 2
end
return outcomes`
