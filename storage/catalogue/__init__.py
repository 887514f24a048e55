"""The catalogue all people share: things are kept in it by whoever meets them, and forgotten once nobody has them."""

from storage.catalogue.keep import Ids, add_things, keep_things, key_of, row_ids, thing_ids
from storage.catalogue.load import load_artists, load_things, load_tracks
from storage.catalogue.unused import forget_unused, own_files, under_way

__all__ = [
    "Ids",
    "add_things",
    "forget_unused",
    "keep_things",
    "key_of",
    "load_artists",
    "load_things",
    "load_tracks",
    "own_files",
    "row_ids",
    "thing_ids",
    "under_way",
]
