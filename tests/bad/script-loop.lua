-- Never comes to divide.
while true do end
function divide(docket) return {} end
