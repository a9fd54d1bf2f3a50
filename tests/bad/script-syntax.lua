-- Ends too early.
function divide(docket)
  local grants = {}
  for i, claim in ipairs(docket.claims) do
    grants[i] = claim.request *
  end
  return grants
end
