-- What wrk sends: wrk ... URL -- HEADER PREFIX FILE ORDER SEED
--
-- The file has a secret on each line, all of one length. ORDER is `hot` (the first secret alone) or `random` (all of
-- them, uniformly). Whoever is asked, a request costs the sender the same.
--
-- wrk lets its first thread send before the second has gone through `init`, and looks at its clock only then: whatever
-- takes long there is time in which requests are counted and no time passes. So the first request reads a long file.

local threads = 0

function setup(thread)
   threads = threads + 1
   thread:set("number", threads)
end

function init(args)
   local header, prefix, file, order, seed = args[1], args[2], args[3], args[4], tonumber(args[5])
   local first = io.lines(file)()
   if order == "hot" then
      wrk.headers[header] = prefix .. first
      return
   end
   wrk.headers[header] = prefix .. "\1"
   local before, after = wrk.format():match("^(.*)\1(.*)$")
   math.randomseed(seed * 64 + number)
   local random, length, all, count = math.random, #first
   function request()
      if not all then
         local from = io.open(file)
         all = from:read("*a")
         from:close()
         count = #all / (length + 1)
      end
      local at = (random(count) - 1) * (length + 1)
      return before .. all:sub(at + 1, at + length) .. after
   end
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format("done %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99),
      errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
