"""What is kept: records, the database, the archives and the places they go. Knows nothing of Discord or Spotify."""
