#!lua
-- Removes the salt and data of some events: copies entries of a partition to another stream, under
-- the same ids, and in the end puts that one in its place. Appends go on between two calls.
--
-- KEYS  the log (stream), its copy (stream), the revisions (hash), where the log goes to be freed
-- ARGV  the log's identity as the partition keeps it, under ":log"; the position behind which to
--       copy; how many entries at most; a MessagePack map of positions to the revisions of the
--       redactions that remove them; 1 to put the copy in the log's place where nothing is left;
--       how many bytes, but for the last entry's
-- Reply {the last position that was copied, 1 where the copy is the log now}, or an error:
--       REPLACED, where the partition is not of that log (any more); DAMAGED.
--
-- Everything is read before the first write.

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

-- The last position that a stream holds: somebody may have taken out entries before it.
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
  -- Renaming onto the log would free it here and now: UNLINK leaves that to a thread.
  redis.call('RENAME', LOG, BEFORE)
  redis.call('RENAME', COPY, LOG)
  redis.call('UNLINK', BEFORE)
end
return { after, finish and 1 or 0 }
