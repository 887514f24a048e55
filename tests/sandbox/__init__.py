"""Stand-ins for Discord, Spotify and Google on one seeded world: they speak the wire and refuse what the real ones refuse."""
