#!lua
-- Removes the salt and data of some events: copies entries of a partition to another stream, under
-- the same ids, and finally puts that stream in the log's place. Appends go on between two calls.

local LOG, COPY, REVISIONS, BEFORE = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local after, count = tonumber(ARGV[2]), tonumber(ARGV[3])
local removed = cmsgpack.unpack(ARGV[4])

local function whole(number)
  return string.format('%.0f', number)
end

-- Entries behind a position, one after another: each may have 16 MiB.
local function some(from, most, bytes)
  local found, size = {}, 0
  local start = '(' .. whole(from) .. '-0'
  while #found < most and size < bytes do
    local entry = redis.call('XRANGE', LOG, start, '+', 'COUNT', 1)[1]
    if not entry then
      break
    end
    found[#found + 1] = entry
    start = '(' .. entry[1]
    for _, value in ipairs(entry[2]) do
      size = size + #value
    end
  end
  return found
end

-- The last position of a stream; entries before it may have been removed.
local function last(stream)
  local entry = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  return entry and tonumber(entry[1]:match('^(%d+)%-')) or 0
end

local mark = redis.call('HGET', REVISIONS, ':log')
local head, copied = last(LOG), last(COPY)
local entries = some(after, count, tonumber(ARGV[6]))
if mark ~= ARGV[1] then
  return redis.error_reply('REPLACED the partition is not of this log')
elseif copied ~= after then
  return redis.error_reply('DAMAGED ' .. whole(after) .. ' is not where the copy ends')
end
for _, entry in ipairs(entries) do
  local fields = entry[2]
  local revision = removed[entry[1]:match('^(%d+)%-0$')]
  if revision then
    redis.call('XADD', COPY, entry[1], 'h', fields[2], 'r', revision)
  else
    redis.call('XADD', COPY, entry[1], unpack(fields))
  end
  after = tonumber(entry[1]:match('^(%d+)%-'))
end
local finish = ARGV[5] == '1' and after == head
if finish then
  -- Renaming onto the log would free the old one here and now; UNLINK leaves that to a thread.
  redis.call('RENAME', LOG, BEFORE)
  redis.call('RENAME', COPY, LOG)
  redis.call('UNLINK', BEFORE)
end
return { after, finish and 1 or 0 }
