"""What a sync writes to."""

from dataclasses import dataclass

from storage.covers import CoverRepository
from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.listening import ListeningRepository
from storage.sync_states import SyncStateRepository


@dataclass(frozen=True, slots=True)
class Vault:
    """The repositories of a library, by what they keep."""

    library: LibraryRepository
    listening: ListeningRepository
    covers: CoverRepository
    states: SyncStateRepository
    history: HistoryRepository
