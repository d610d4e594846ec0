-- Ask in turn for the paths given after "--"; print what was measured as one line of JSON.
local paths = {}
local asked = 0

function init(args)
  for _, path in ipairs(args) do
    paths[#paths + 1] = path
  end
end

function request()
  asked = asked % #paths + 1
  return wrk.format("GET", paths[asked])
end

function done(summary, latency, requests)
  local errors = summary.errors
  print(string.format(
    '{"requests": %d, "seconds": %.6f, "p50": %.6f, "p95": %.6f, "errors": %d}',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e6, latency:percentile(95) / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
