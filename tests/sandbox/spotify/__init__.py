"""Spotify as a development-mode app of 2026 meets it: the accounts service and the Web API, on the seeded world."""
