#!lua
-- The atomic append: many appends to one partition, each with an answer of its own.
--
-- KEYS  the log (stream), the revisions (hash), then two hashes for each timeline in the order
--       in which the appends name them first: its subjects, its ids.
-- ARGV  the log's identity as the partition keeps it, with its revisions, under ":log"; then
--       one MessagePack array of appends {timeline, events, expected, claim}
--         events    arrays of {id, fingerprint, tail of the header, salt in hex, data, touches}
--         expected  {subject, revision, subject, revision, ...}; of "head", the timeline's own
--         claim     {id, fingerprint}, or empty
-- Reply one MessagePack array, for each append one of
--         {0, revision of the timeline, first new revision}   written
--         {1, revision of the timeline, revisions}            all of it was there before
--         {2, subject, expected, actual}                      a subject has moved
--         {3, id}                                             an id is taken by something else
--         {4, position, reason}                               the timeline's hashes are damaged
--       or an error for the whole partition: REPLACED, where it is not of that log (any more);
--       DAMAGED <position> <reason>.
--
-- Everything is read before the first write, because errors may only come while nothing is written:
-- TRYAGAIN for a key in a slot that is moving to another server, a wrong type, a command that the
-- user may not run. The shebang carries no flag, so that a server without memory, a replica, or a
-- primary without its replicas refuses the script before it runs. Once it writes, nothing can fail
-- or be killed; the append-only file gets the writes as one transaction, of which a crash leaves
-- all or nothing. A call without appends writes nothing, and shows whether a call with some would
-- be refused.

local CHUNK = 4000 -- values that `unpack` is given at once: Lua's stack ends near 8,000
local LOG, REVISIONS, MARK = KEYS[1], KEYS[2], ':log'
local HEADER = '^{"timeline":"([a-z0-9_.%-]+)","revision":(%d+),"recorded_at":"'
  .. '(%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%.%d%d%d%d%d%dZ)","id":"'

-- Lua writes large numbers as 1e+15: all of ours are whole and below 2^53.
local function whole(number)
  return string.format('%.0f', number)
end

-- The hash's values of `fields`; false for a field that is missing.
local function look_up(key, fields)
  local found = {}
  for first = 1, #fields, CHUNK do
    local last = math.min(first + CHUNK - 1, #fields)
    local values = redis.call('HMGET', key, unpack(fields, first, last))
    for i = first, last do
      found[fields[i]] = values[i - first + 1]
    end
  end
  return found
end

-- `fields` is {field, value, field, value, ...}; CHUNK is even.
local function store(key, fields)
  for first = 1, #fields, CHUNK do
    redis.call('HSET', key, unpack(fields, first, math.min(first + CHUNK - 1, #fields)))
  end
end

-- RFC 3339 with six decimals, from TIME. The day is Howard Hinnant's `civil_from_days`
-- ("chrono-Compatible Low-Level Date Algorithms"); the sandbox has no os.date.
local function now()
  local time = redis.call('TIME')
  local seconds, floor = tonumber(time[1]), math.floor
  local days, of_day = floor(seconds / 86400) + 719468, seconds % 86400
  local era, of_era = floor(days / 146097), days % 146097
  local leaps = floor(of_era / 1460) - floor(of_era / 36524) + floor(of_era / 146096)
  local year = floor((of_era - leaps) / 365)
  local of_year = of_era - (365 * year + floor(year / 4) - floor(year / 100))
  local march = floor((5 * of_year + 2) / 153)
  local day = of_year - floor((153 * march + 2) / 5) + 1
  local month = march < 10 and march + 3 or march - 9
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%06dZ',
    year + era * 400 + (month <= 2 and 1 or 0), month, day,
    floor(of_day / 3600), floor(of_day / 60) % 60, of_day % 60, tonumber(time[2]))
end

-- The last position and what its header says; or a reason why nothing may be written after it. Only
-- the last entry is checked: an earlier one that is missing is for the audit to find, and stops no
-- write.
local function tip()
  if redis.call('EXISTS', LOG) == 0 then
    local revisions = redis.call('HLEN', REVISIONS) > 1 -- beside the mark
    return 0, nil, revisions and 'is missing: there are revisions, but no log' or nil
  end
  local reply, info = redis.call('XINFO', 'STREAM', LOG), {}
  for i = 1, #reply, 2 do
    info[reply[i]] = reply[i + 1]
  end
  local position = tonumber(info['last-generated-id']:match('^(%d+)%-0$'))
  if not position then
    return 0, nil, 'is unknown: the log ends with ' .. info['last-generated-id']
  elseif not info['last-entry'] or info['last-entry'][1] ~= whole(position) .. '-0' then
    return position, nil, 'is not in the log: its last entry was removed'
  end
  local fields = info['last-entry'][2]
  local timeline, revision, time = (fields[1] == 'h' and fields[2] or ''):match(HEADER)
  if not timeline then
    return position, nil, 'has no readable header'
  end
  return position, { timeline = timeline, revision = tonumber(revision), time = time }
end

-- What the appends touch, by timeline in the order of KEYS: its name, keys, and what to look up.
local function timelines_of(appends)
  local all, by_name, names = {}, {}, {}
  for _, append in ipairs(appends) do
    local timeline = by_name[append[1]]
    if not timeline then
      timeline = { name = append[1],
        subjects_key = KEYS[3 + 2 * #all], asked_subjects = {}, new_subjects = {},
        ids_key = KEYS[4 + 2 * #all], asked_ids = {}, new_ids = {} }
      all[#all + 1], names[#names + 1], by_name[append[1]] = timeline, append[1], timeline
    end
    for _, event in ipairs(append[2]) do
      timeline.asked_ids[#timeline.asked_ids + 1] = event[1]
    end
    timeline.asked_ids[#timeline.asked_ids + 1] = append[4][1]
    for i = 1, #append[3], 2 do
      timeline.asked_subjects[#timeline.asked_subjects + 1] = append[3][i]
    end
  end
  return all, by_name, names
end

-- Every id is stored for ever, so there are at least as many ids as revisions. If the hash of ids
-- were lost, the same event could be written twice.
local function read_hashes(timeline, revision)
  timeline.first, timeline.revision = revision, revision
  timeline.damaged = redis.call('HLEN', timeline.ids_key) < revision
    or (redis.call('EXISTS', timeline.subjects_key) == 0) ~= (revision == 0)
  timeline.subjects = look_up(timeline.subjects_key, timeline.asked_subjects)
  timeline.ids = look_up(timeline.ids_key, timeline.asked_ids)
end

local function split(receipt)
  local revision, fingerprint = receipt:match('^(%d+):(.*)$')
  return tonumber(revision), fingerprint
end

-- The revisions of the events that were written before, and an id that shows a conflict (or nil):
-- it has another fingerprint, occurs twice, or only some of the ids were written before.
local function seen_before(timeline, events, claim)
  local revisions, own, clash, seen = {}, {}, nil, nil
  for _, event in ipairs(events) do
    local id, receipt = event[1], timeline.ids[event[1]]
    if receipt then
      local revision, fingerprint = split(receipt)
      revisions[#revisions + 1], seen = revision, id
      clash = clash or (fingerprint ~= event[2] and id) or nil
    end
    clash = clash or ((own[id] or id == claim) and id) or nil
    own[id] = true
  end
  return revisions, clash or (#revisions < #events and seen) or nil
end

local function remember(timeline, id, receipt)
  timeline.ids[id] = receipt
  timeline.new_ids[#timeline.new_ids + 1] = id
  timeline.new_ids[#timeline.new_ids + 1] = receipt
end

-- Ids are checked before expected revisions: the same append sent twice is written once, whatever
-- was written between.
local function answer(timeline, append)
  local events, expected, claim, fingerprint = append[2], append[3], append[4][1], append[4][2]
  local revisions, clash = seen_before(timeline, events, claim)
  local claimed = claim and timeline.ids[claim]
  if claimed then
    local _, before = split(claimed)
    return before == fingerprint and { 1, timeline.revision, revisions } or { 3, claim }
  elseif clash then
    return { 3, clash }
  elseif #revisions > 0 then
    return { 1, timeline.revision, revisions }, true
  end
  for i = 1, #expected, 2 do
    local actual = expected[i] == 'head' and timeline.revision
      or tonumber(timeline.subjects[expected[i]] or 0)
    if actual ~= expected[i + 1] then
      return { 2, expected[i], expected[i + 1], actual }
    end
  end
  return { 0, timeline.revision + #events, timeline.revision + 1 }, true
end

-- Notes what an append changes, for the appends after it and for the writes at the end.
local function take(timeline, append, fresh, entries, time)
  for _, event in ipairs(fresh and append[2] or {}) do
    local revision = whole(timeline.revision + 1)
    timeline.revision = timeline.revision + 1
    remember(timeline, event[1], revision .. ':' .. event[2])
    for _, subject in ipairs(event[6]) do
      timeline.subjects[subject] = revision
      timeline.new_subjects[#timeline.new_subjects + 1] = subject
      timeline.new_subjects[#timeline.new_subjects + 1] = revision
    end
    event.header = '{"timeline":"' .. timeline.name .. '","revision":' .. revision
      .. ',"recorded_at":"' .. time .. event[3]
    entries[#entries + 1] = event
  end
  if append[4][1] then
    remember(timeline, append[4][1], whole(timeline.revision) .. ':' .. append[4][2])
  end
end

-- Everything is read here.
local appends = cmsgpack.unpack(ARGV[2])
local position, last, reason = tip()
local timelines, by_name, names = timelines_of(appends)
names[#names + 1] = MARK
names[#names + 1] = last and last.timeline
local revisions = look_up(REVISIONS, names)
if revisions[MARK] ~= ARGV[1] then
  return redis.error_reply('REPLACED the partition is not of this log')
elseif not (redis.acl_check_cmd('XADD', LOG, '*', 'h', '')
    and redis.acl_check_cmd('HSET', REVISIONS, MARK, '')) then
  return redis.error_reply('NOPERM This user may not run XADD and HSET on the log')
elseif reason then
  return redis.error_reply('DAMAGED ' .. whole(position) .. ' ' .. reason)
elseif last and tonumber(revisions[last.timeline] or 0) ~= last.revision then
  return redis.error_reply('DAMAGED ' .. whole(position) .. ' is not the last by its revision')
end
for _, timeline in ipairs(timelines) do
  read_hashes(timeline, tonumber(revisions[timeline.name] or 0))
end
local time = now()
time = last and last.time > time and last.time or time -- of one width: greater text is later

-- Each append sees the ones before it.
local answers, entries = {}, {}
for i, append in ipairs(appends) do
  local timeline = by_name[append[1]]
  if timeline.damaged then
    answers[i] = { 4, position, 'is not matched by the subjects and ids of ' .. timeline.name }
  else
    local reply, changes = answer(timeline, append)
    if changes then
      take(timeline, append, reply[1] == 0, entries, time)
    end
    answers[i] = reply
  end
end

-- Everything is written here; the revisions last, so that the checks above find a write that was
-- stopped half-way.
for i, event in ipairs(entries) do
  redis.call('XADD', LOG, whole(position + i) .. '-0',
    'h', event.header, 's', event[4], 'd', event[5])
end
local moved = {}
for _, timeline in ipairs(timelines) do
  store(timeline.subjects_key, timeline.new_subjects)
  store(timeline.ids_key, timeline.new_ids)
  if timeline.revision > timeline.first then
    moved[#moved + 1] = timeline.name
    moved[#moved + 1] = whole(timeline.revision)
  end
end
store(REVISIONS, moved)
return cmsgpack.pack(answers)
