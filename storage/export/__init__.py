"""A vault in formats that other programs read: tables for spreadsheets, playlists for players. All of it blocks.

What is exported comes out of an archive, so that a vault of now and an old backup go the same way. The archive itself
is the export that loses nothing.
"""

from storage.export.formats import Format
from storage.export.holdings import Holdings, NotInBackup, holdings_of
from storage.export.written import Written, write

__all__ = ["Format", "Holdings", "NotInBackup", "Written", "holdings_of", "write"]
