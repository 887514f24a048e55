from collections.abc import Callable
from dataclasses import replace

import pytest

from storage.accounts import AccountRepository
from storage.archives import ArchiveRepository
from storage.database import Database
from storage.records import (
    AccountState,
    Archive,
    ArchiveState,
    DriveAccount,
    SpotifyAccount,
    SpotifyToken,
    StoreKind,
)
from storage.remembered import Remembered
from storage.tokens import TokenCipher
from tests.builders import ADA, BEN, CLEO, NOON, at

DRIVE = DriveAccount(ADA, "drive-refresh-secret", NOON, "ada@example.org")


def spotify_account(discord_id: int = ADA, *, key: str = "key") -> SpotifyAccount:
    token = SpotifyToken("access-secret", "refresh-secret", at(60), "user-library-read")
    return SpotifyAccount(discord_id, key, "ada_spotify", "Ada L.", "app", token, NOON)


@pytest.fixture
def accounts(database: Database, cipher: TokenCipher) -> AccountRepository:
    return AccountRepository(database, cipher)


async def test_a_linked_account_comes_back(accounts: AccountRepository) -> None:
    await accounts.save_spotify(spotify_account())
    assert await accounts.spotify(ADA) == spotify_account()
    assert await accounts.spotify(BEN) is None


async def test_linking_again_overwrites_everything(accounts: AccountRepository) -> None:
    await accounts.save_spotify(replace(spotify_account(), state=AccountState.REFUSED))
    other = replace(spotify_account(key="other"), spotify_id="someone", display_name="", authorized_at=at(5))
    await accounts.save_spotify(other)
    assert await accounts.spotify(ADA) == other


async def test_a_refreshed_token_replaces_only_the_token(accounts: AccountRepository) -> None:
    await accounts.save_spotify(spotify_account())
    token = SpotifyToken("a2", "r2", at(120), "x")
    assert await accounts.replace_token(spotify_account(), token)
    assert await accounts.spotify(ADA) == replace(spotify_account(), token=token)


async def test_a_token_for_an_account_unlinked_meanwhile_is_dropped(accounts: AccountRepository) -> None:
    await accounts.save_spotify(spotify_account())
    await accounts.forget_spotify(ADA)
    assert not await accounts.replace_token(spotify_account(), spotify_account().token)
    assert await accounts.spotify(ADA) is None


async def test_a_refused_account_stays_with_its_mark(accounts: AccountRepository) -> None:
    await accounts.save_spotify(spotify_account())
    assert await accounts.mark_spotify(spotify_account(), AccountState.REFUSED)
    assert await accounts.spotify(ADA) == replace(spotify_account(), state=AccountState.REFUSED)


async def test_what_is_known_of_a_link_before_never_touches_the_one_after(accounts: AccountRepository) -> None:
    before = spotify_account()
    for after in (replace(before, authorized_at=at(1)), replace(before, account_key="other")):
        await accounts.save_spotify(after)
        assert not await accounts.replace_token(before, SpotifyToken("a2", "r2", at(120)))
        assert not await accounts.mark_spotify(before, AccountState.REFUSED)
        assert await accounts.spotify(ADA) == after


async def test_the_first_to_link_an_account_is_its_owner(accounts: AccountRepository) -> None:
    await accounts.save_spotify(replace(spotify_account(BEN), authorized_at=at(10)))
    await accounts.save_spotify(spotify_account(ADA))
    assert await accounts.spotify_owner("key") == ADA
    assert await accounts.spotify_owner("nobody's") is None


async def test_a_drive_is_kept_marked_and_forgotten(accounts: AccountRepository) -> None:
    await accounts.save_drive(DRIVE)
    assert await accounts.set_drive_folder(DRIVE, "folder")
    assert await accounts.mark_drive(DRIVE, AccountState.REFUSED)
    assert await accounts.drive(ADA) == replace(DRIVE, folder_id="folder", state=AccountState.REFUSED)
    await accounts.save_drive(DRIVE)
    assert await accounts.drive(ADA) == DRIVE
    await accounts.forget_drive(ADA)
    assert await accounts.drive(ADA) is None


async def test_what_an_old_link_leads_to_never_touches_the_new_one(accounts: AccountRepository) -> None:
    await accounts.save_drive(DRIVE)
    fresh = replace(DRIVE, linked_at=at(1))
    await accounts.save_drive(fresh)
    assert not await accounts.set_drive_folder(DRIVE, "folder of the old account")
    assert not await accounts.mark_drive(DRIVE, AccountState.REFUSED)
    assert await accounts.drive(ADA) == fresh


@pytest.mark.parametrize(("email", "remote_id"), [("ada@example.org", "id"), (None, "id"), ("other@example.org", None)])
async def test_an_upload_does_not_go_on_in_the_drive_before(
    accounts: AccountRepository, database: Database, cipher: TokenCipher, email: str | None, remote_id: str | None
) -> None:
    """In the same account the file may have arrived, so its id stays; what is done already is left alone."""
    archives = ArchiveRepository(database, cipher)
    unfinished = Archive(
        "a", ADA, StoreKind.DRIVE, ArchiveState.UPLOADING, NOON, "a.zip", remote_id="id", session="https://old"
    )
    finished = replace(unfinished, id="b", state=ArchiveState.VERIFIED, session=None)
    await accounts.save_drive(DRIVE)
    await archives.add(unfinished)
    await archives.add(finished)
    await accounts.save_drive(replace(DRIVE, linked_at=at(1), email=email))
    assert await archives.unfinished(ADA) == (replace(unfinished, remote_id=remote_id, session=None),)
    assert await archives.get(ADA, "b") == finished


async def test_no_token_lies_readable_in_the_file(
    accounts: AccountRepository, database: Database, on_disk: Callable[[], bytes]
) -> None:
    await accounts.save_spotify(spotify_account())
    await accounts.save_drive(DRIVE)
    await database.close()
    written = on_disk()
    assert b"ada_spotify" in written
    assert b"secret" not in written


async def test_accounts_whose_key_is_lost_ask_to_be_linked_again_and_can_be(
    accounts: AccountRepository, database: Database, other_cipher: TokenCipher
) -> None:
    await accounts.save_spotify(spotify_account())
    await accounts.save_drive(DRIVE)
    after = AccountRepository(database, other_cipher)
    empty = replace(spotify_account().token, access_token="", refresh_token="")
    assert await after.spotify(ADA) == replace(spotify_account(), token=empty, state=AccountState.REFUSED)
    assert await after.drive(ADA) == replace(DRIVE, refresh_token="", state=AccountState.REFUSED)
    assert await after.spotify_owner("key") == ADA
    await after.save_spotify(spotify_account())
    await after.save_drive(DRIVE)
    assert await after.spotify(ADA) == spotify_account()
    assert await after.drive(ADA) == DRIVE


async def test_a_doubt_and_a_warning_stay_with_the_link_they_are_of(accounts: AccountRepository) -> None:
    link = spotify_account()
    await accounts.save_spotify(link)
    assert await accounts.mark_doubted(link, at(5))
    assert await accounts.mark_warned(link, "two_weeks")
    assert await accounts.spotify(ADA) == replace(link, doubted_at=at(5), warned="two_weeks")
    await accounts.save_spotify(anew := replace(link, authorized_at=at(9)))
    assert not await accounts.mark_doubted(link, at(10))
    assert not await accounts.mark_warned(link, "two_weeks")
    assert await accounts.spotify(ADA) == anew


async def test_a_token_that_could_be_renewed_ends_the_doubt(accounts: AccountRepository) -> None:
    link = spotify_account()
    await accounts.save_spotify(link)
    await accounts.mark_doubted(link, at(5))
    assert await accounts.replace_token(link, link.token)
    assert await accounts.spotify(ADA) == link


async def test_people_are_counted_by_their_app_usable_or_not(accounts: AccountRepository) -> None:
    assert await accounts.people_per_app() == {}
    await accounts.save_spotify(replace(spotify_account(BEN, key="b"), state=AccountState.REFUSED))
    await accounts.save_spotify(spotify_account(ADA))
    await accounts.save_spotify(replace(spotify_account(CLEO, key="c"), client_id="other"))
    assert await accounts.people_per_app() == {"app": 2, "other": 1}
    assert await accounts.linked() == (ADA, BEN, CLEO)


async def test_a_profile_changes_nothing_else_and_no_other_link(accounts: AccountRepository) -> None:
    account = spotify_account()
    await accounts.save_spotify(account)
    await accounts.rename_spotify(ADA, account.account_key, account.spotify_id, "Ada", "https://picture")
    renamed = replace(account, display_name="Ada", image_url="https://picture")
    assert await accounts.spotify(ADA) == renamed
    await accounts.rename_spotify(ADA, "other", "eve", "Eve", None)
    assert await accounts.spotify(ADA) == renamed


async def test_what_was_read_before_a_write_is_not_remembered_after_it() -> None:
    known: Remembered[str, int] = Remembered()
    early = known.ticket("ada")
    known.keep("ada", 1, early)
    assert known["ada"] == 1
    known.forget("ada")
    assert "ada" not in known
    known.keep("ada", 1, early)
    assert "ada" not in known
