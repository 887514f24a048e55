"""Benchmarks: how much is asked of Spotify, how long it takes, what it costs the machine. `make bench` runs them."""
