-- Nobody falls below half of what it had and still asks for; the rest goes by score.
local function sum_at(level, claims)
  local sum = 0
  for _, c in ipairs(claims) do
    c.grant = math.max(c.low, math.min(c.request, level * math.max(c.score, 1e-6)))
    sum = sum + c.grant
  end
  return sum
end
function divide(docket)
  local grants = {}
  for _, pool in ipairs(docket.pools) do
    local claims, lows = {}, 0
    for _, c in ipairs(docket.claims) do
      if c.pool == pool.name then
        c.low = math.max(c.floor, math.min(c.request, c.last / 2))
        lows, claims[#claims + 1] = lows + c.low, c
      end
    end
    if lows > pool.capacity then for _, c in ipairs(claims) do c.low = c.floor end end
    local low, high = 0, 1e12
    for _ = 1, 100 do
      local level = (low + high) / 2
      if sum_at(level, claims) <= pool.capacity then low = level else high = level end
    end
    sum_at(low, claims)
  end
  for i, c in ipairs(docket.claims) do grants[i] = c.grant end
  return grants
end
