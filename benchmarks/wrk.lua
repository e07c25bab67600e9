-- For wrk: posts the file that is its argument, if there is one; at the end one line of JSON.

function init(args)
  if args[1] then
    local file = assert(io.open(args[1]))
    wrk.method = "POST"
    wrk.body = file:read("*a")
    wrk.headers["Content-Type"] = "application/json"
    file:close()
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('{"requests": %d, "seconds": %f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, errors))
end
