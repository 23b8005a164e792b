"""From a draft to a publication: what must pass, who signs."""
