"""A stand-in for Google: consent, tokens, and a Drive for everybody."""
