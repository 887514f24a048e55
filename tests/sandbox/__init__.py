"""Stand-ins for Discord, Spotify and Google on one seeded world, refusing what the real ones refuse."""
