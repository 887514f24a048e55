"""`make demo`: the story of one member on a bad day, played against the sandbox and proved step by step."""
