-- One half of each pool goes by the teams' shares, the other by score; what a claim does
-- not want goes to the others by the same weights, in rounds.
local function fill(claims, capacity, grants)
  local shares, scores = 0, 0
  for _, c in ipairs(claims) do
    shares, scores = shares + c.share, scores + math.max(c.score, 0)
  end
  for round = 1, 50 do
    local weights, left = 0, capacity
    for _, c in ipairs(claims) do
      c.weight = c.share / shares + (scores > 0 and math.max(c.score, 0) / scores or 0)
      left = left - grants[c.number]
      if grants[c.number] < c.request then weights = weights + c.weight end
    end
    for _, c in ipairs(weights > 0 and claims or {}) do
      local more = math.max(0, left) * c.weight / weights
      grants[c.number] = math.min(c.request, grants[c.number] + more)
    end
  end
end
function divide(docket)
  local grants, of = {}, {}
  for _, p in ipairs(docket.pools) do of[p.name] = {} end
  for i, c in ipairs(docket.claims) do
    c.number, grants[i] = i, c.floor
    table.insert(of[c.pool], c)
  end
  for _, p in ipairs(docket.pools) do fill(of[p.name], p.capacity, grants) end
  return grants
end
