"""What a restore has to write into the vault: pure. Whatever the vault has is newer and stays as it is."""

from storage.records import Library, Like, Playlist, VaultPlan


def plan_vault_restore(archived: Library, stored: Library) -> VaultPlan:
    """Adds the likes and playlists the vault has never heard of; an empty vault becomes what the archive holds."""
    known = {playlist.details.spotify_id for playlist in stored.playlists}
    added = tuple(playlist for playlist in archived.playlists if playlist.details.spotify_id not in known)
    new = _new_likes(archived.likes, stored.likes)
    return VaultPlan(
        likes=_newest_first(stored.likes, new) if new else None,
        likes_added=new,
        playlists=added,
        order=_order(stored, added),
    )


def _new_likes(archived: tuple[Like, ...], stored: tuple[Like, ...]) -> tuple[Like, ...]:
    if not stored:
        return archived
    here = {like.track.uri for like in stored if like.track}
    return tuple(like for like in archived if like.track and like.track.uri not in here)


def _newest_first(stored: tuple[Like, ...], new: tuple[Like, ...]) -> tuple[Like, ...]:
    """By date; where dates are equal the order of each list is kept. A lone list stays in the order it has."""
    if not stored:
        return new
    return tuple(
        sorted((*stored, *new), key=lambda like: like.added_at.timestamp() if like.added_at else 0.0, reverse=True)
    )


def _order(stored: Library, added: tuple[Playlist, ...]) -> tuple[str, ...] | None:
    """What the vault has, then what the archive brings, each in its own order."""
    if not added:
        return None
    kept = [playlist for playlist in (*stored.playlists, *added) if playlist.removed_at is None]
    return tuple(playlist.details.spotify_id for playlist in kept)
