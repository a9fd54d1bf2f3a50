function share(docket) return {} end
