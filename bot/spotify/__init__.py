"""The door to Spotify: the only place that knows spotipy and the shapes of Spotify's answers."""
