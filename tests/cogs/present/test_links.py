"""Linking in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import LinkEnd
from bot.notices import Linked, LinkEnded, LinkEnding
from bot.services.linking import Offer
from bot.services.status import LinkStatus
from cogs.notices import word
from cogs.present import links
from storage.records import LinkKind, Person
from tests.builders import ADA, NOON
from tests.cogs.present.limits import fits, labels

OFFER = Offer(LinkKind.SPOTIFY, "https://vault.example.org/link/" + "x" * 400, timedelta(minutes=10), by_paste=False)
NOTHING = LinkStatus(None, None, spotify_works=False, drive=None, drive_works=False, drive_offered=True)
EVERYTHING = LinkStatus(
    "*Ada* @everyone", NOON, spotify_works=True, drive="ada@example.org", drive_works=True, drive_offered=True
)


def test_an_offer_says_how_long_and_that_it_is_personal() -> None:
    card = links.offer(OFFER)
    assert "within 10 minutes" in fits(card)
    assert "paste" not in fits(card)
    assert card.buttons[0].url == OFFER.url


def test_an_offer_without_a_public_address_explains_the_paste() -> None:
    assert "/link paste" in fits(links.offer(replace(OFFER, by_paste=True)))


def test_the_public_half_of_an_offer_has_no_link() -> None:
    card = links.offered_by_dm()
    assert card.buttons == ()
    fits(card)


def test_closed_dms_get_the_link_with_a_reason() -> None:
    assert fits(links.offered_here(OFFER)).startswith("Link Spotify\nI could not reach you by DM")


def test_the_question_about_dms_is_only_asked_where_it_is_open() -> None:
    spotify, drive = Linked(ADA, LinkKind.SPOTIFY, "Ada"), Linked(ADA, LinkKind.DRIVE, "a@b.c")
    assert labels(links.linked(spotify, ask_about_dms=True)) == ["Yes, tell me", "No DMs", "Not you? Unlink"]
    assert labels(links.linked(spotify, ask_about_dms=False)) == ["Not you? Unlink"]
    assert labels(links.linked(drive, ask_about_dms=True)) == ["Not you? Unlink"]


def test_a_link_says_that_a_backup_follows_at_once_or_what_it_waits_for() -> None:
    spotify, drive = Linked(ADA, LinkKind.SPOTIFY, "Ada"), Linked(ADA, LinkKind.DRIVE, "a@b.c")
    assert "being read now and backed up right after that" in fits(links.linked(spotify, ask_about_dms=True))
    assert "A backup of now is on its way there" in fits(links.linked(drive, ask_about_dms=False))
    waits = fits(links.linked(replace(drive, begun=False), ask_about_dms=False))
    assert "follows once your Spotify is linked" in waits
    assert "on its way" not in waits


@pytest.mark.parametrize("kind", LinkKind)
def test_an_account_name_does_nothing(kind: LinkKind) -> None:
    assert "@everyone" not in fits(links.linked(Linked(ADA, kind, "@everyone " * 50), ask_about_dms=True))


@pytest.mark.parametrize(
    ("status", "told", "buttons"),
    [
        (NOTHING, "**Google Drive:** not linked", ["Link Spotify", "Link Google Drive"]),
        (replace(NOTHING, drive_offered=False), "not offered by this bot", ["Link Spotify"]),
        (EVERYTHING, "linked <t:", ["Unlink Spotify", "Unlink Drive"]),
        (replace(EVERYTHING, spotify_ends=NOON), "Spotify ends this link <t:", ["Unlink Spotify", "Unlink Drive"]),
        (
            replace(EVERYTHING, spotify_works=False, spotify_end=LinkEnd.UNREADABLE),
            "but this bot can no longer read the access it kept",
            ["Link Spotify", "Unlink Spotify", "Unlink Drive"],
        ),
        (
            replace(EVERYTHING, spotify_works=False),
            "but Spotify no longer lets MusiVault in",
            ["Link Spotify", "Unlink Spotify", "Unlink Drive"],
        ),
        (
            replace(EVERYTHING, drive_works=False),
            "but Google no longer lets MusiVault in",
            ["Link Google Drive", "Unlink Spotify", "Unlink Drive"],
        ),
    ],
)
def test_the_status_of_links_offers_what_can_be_done(status: LinkStatus, told: str, buttons: list[str]) -> None:
    card = links.link_status(status)
    assert told in fits(card)
    assert "@everyone" not in card.body
    assert labels(card) == buttons


@pytest.mark.parametrize("kind", LinkKind)
def test_unlinking_says_what_ends_and_what_stays(kind: LinkKind) -> None:
    card = links.unlink_question(kind, EVERYTHING)
    assert "Your vault and your backups stay" in fits(card)
    assert labels(card) == ["Unlink", "Keep it"]
    assert "kept" in fits(links.unlinked(kind))
    assert ("spotify.com/account/apps" in links.unlinked(kind).body) is (kind is LinkKind.SPOTIFY)
    fits(links.kept())


@pytest.mark.parametrize("end", LinkEnd)
def test_the_end_of_a_link_is_told_with_its_cause_and_what_helps(end: LinkEnd) -> None:
    card = links.link_ended("@everyone " * 40, end)
    assert links.cause(end) in fits(card)
    assert "@everyone" not in card.body
    assert labels(card) == ["Link Spotify", "No more DMs"]


def test_a_link_about_to_end_says_when_and_offers_the_next_one() -> None:
    card = links.link_ending("@everyone " * 40, NOON)
    told = fits(card)
    assert f"<t:{int(NOON.timestamp())}:R>" in told
    assert f"<t:{int(NOON.timestamp())}:f>" in told
    assert labels(card) == ["Link Spotify", "No more DMs"]


@pytest.mark.parametrize("wants", [None, True, False])
def test_the_end_of_a_link_is_for_all_who_did_not_say_no(wants: bool | None) -> None:
    for notice in (LinkEnding(ADA, "Ada", NOON), LinkEnded(ADA, "Ada", LinkEnd.REFUSED)):
        assert (word(notice, Person(ADA, wants_dms=wants)) is None) is (wants is False)
