"""Long stretches of time and many people, run by `make soak`."""
