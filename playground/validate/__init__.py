"""Discord's limits, each a rule that names the path of what breaks it."""
