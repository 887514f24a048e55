from storage.library import LibraryRepository
from tests.builders import ADA, at, episode, everything, library, like, likes, local_file, playlist


async def test_load_returns_what_was_applied(libraries: LibraryRepository) -> None:
    stored = library(
        playlist("Road", "A", "A", None, episode("Talk"), local_file("Demo")),
        playlist("Empty"),
        playlist("Old", "B", removed_at=at(-60)),
        likes=(*likes("A", "C"), like(None, minutes=None)),
    )
    await libraries.apply(ADA, everything(stored), at(0))
    assert await libraries.load(ADA) == stored
