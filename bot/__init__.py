"""What MusiVault does: the verbs, and the doors to Spotify, to the web and to Discord's gateway."""
