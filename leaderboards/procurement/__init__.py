"""The procurement pack: a shortlist with every fact behind it, frozen for whoever audits it."""
