-- Who is due soonest gets all that it asks for, then the next; who is late, or has no
-- target, comes last. Equals stand in the order of their names.
function divide(docket)
  local left, order, grants = {}, {}, {}
  for _, pool in ipairs(docket.pools) do
    left[pool.name] = pool.capacity
  end
  for i, claim in ipairs(docket.claims) do
    local months = claim.months_to_target
    if not months or months < 0 then months = math.huge end
    order[i] = { number = i, claim = claim, months = months }
    left[claim.pool] = left[claim.pool] - claim.floor
  end
  table.sort(order, function(a, b) return a.months < b.months end)
  for _, turn in ipairs(order) do
    local claim = turn.claim
    local more = math.min(claim.request - claim.floor, math.max(0, left[claim.pool]))
    grants[turn.number] = claim.floor + more
    left[claim.pool] = left[claim.pool] - more
  end
  return grants
end
