"""A stand-in for Discord: gateway and REST v10, enforcing what Discord enforces."""
