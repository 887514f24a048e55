"""The story: Ada links, is backed up, loses a playlist and fifty likes to a tidy-up app, and gets them back."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.demo import proofs
from tests.demo.proofs import Proof, equal
from tests.demo.stage import NIGHT_IS_OVER, Stage
from tests.sandbox.reply import NeverSaw
from tests.sandbox.waiting import Deadline

Json = dict[str, Any]
LOST = "Kitchen Disco"
THINNED = "Morning Coffee"
LIKES_LOST = 50
LAST_SYNC = re.compile(r"Last sync:\*\* <t:(\d+):R>")


@dataclass
class Story:
    """Played scene by scene; `proofs` collects what is only to be seen at one moment."""

    stage: Stage
    before: Json = field(default_factory=dict)
    proofs: list[Proof] = field(default_factory=list)

    async def play(self) -> list[Proof]:
        """All of it; what was proved."""
        self.before = await self.stage.person.spotify.library()
        await self._link_spotify()
        await self._link_drive()
        await self._look_at_backups()
        await self._quiet_night()
        with self.stage.transcript.pictured():
            await self._bad_day()
            await self._bring_back()
        await self._prove()
        return self.proofs

    async def _link_spotify(self) -> None:
        stage = self.stage
        stage.scene("Ada links her Spotify")
        await stage.types("/link spotify", "DM")
        offer = await stage.gets_dm("Link Spotify")
        page = await stage.opens(offer, "Link Spotify")
        page = await stage.continues(page, "Continue to Spotify")
        await stage.continues(page, "Agree")
        linked = await stage.gets_dm("Spotify linked")
        await stage.presses(linked, "Yes, tell me", "You will hear")
        await self._synced(self.stage.now - timedelta(hours=1))
        stage.later(minutes=5)
        await stage.types("/vault status", "It holds")

    async def _synced(self, since: datetime) -> None:
        """Nobody has to wait for a sync that runs by itself, but the story does."""
        deadline = Deadline(30)
        while (await self._last_sync() or since) <= since:
            if deadline.is_over:
                raise NeverSaw(f"no sync ended after {since}")
            await asyncio.sleep(0.05)

    async def _last_sync(self) -> datetime | None:
        """As `/vault status` tells it."""
        found = LAST_SYNC.search((await self.stage.person.types("/vault status")).text)
        return datetime.fromtimestamp(int(found[1]), UTC) if found else None

    async def _link_drive(self) -> None:
        stage = self.stage
        stage.scene("Ada links her Google Drive, for backups that are her own")
        await stage.types("/link drive", "DM")
        offer = await stage.gets_dm("Link Google Drive")
        page = await stage.opens(offer, "Link Google Drive", brief=True)
        page = await stage.continues(page, "Continue to Google")
        await stage.continues(page, "Continue")
        await stage.gets_dm("Google Drive linked")
        await stage.gets_dm("in your Google Drive")

    async def _look_at_backups(self) -> None:
        self.stage.later(minutes=5)
        self.stage.scene("What is kept by now, without her having asked for any of it")
        await self.stage.types("/vault backups", "Your backups")

    async def _quiet_night(self) -> None:
        stage = self.stage
        evening = stage.now
        stage.jump(NIGHT_IS_OVER)
        stage.scene("A quiet night")
        stage.tells(
            "The clock jumps past the hour of the nightly backup. MusiVault has read all of Ada's library again."
        )
        await self._synced(evening)
        dms = await stage.person.dms()
        files = await self._drive_files()
        told = [dm.text for dm in dms if "changed" in dm.text.split("\n")[0] or "gone" in dm.text.split("\n")[0]]
        self.proofs.append(equal("the quiet night sent no DM and uploaded nothing", ([], 1), (told, files)))
        stage.lists(
            [
                "nothing changed, so there is no DM",
                "the backup in her Drive holds all of it already, so there is no second one",
            ]
        )

    async def _drive_files(self) -> int:
        return len([each for each in await self.stage.person.drive.files() if not each["folder"]])

    async def _bad_day(self) -> None:
        stage, spotify = self.stage, self.stage.person.spotify
        stage.jump(15, 20)
        stage.scene("The bad day")
        disco, coffee = (proofs.named(self.before, name) for name in (LOST, THINNED))
        await spotify.delete_playlist(name=LOST)
        await spotify.unlike_newest(n=LIKES_LOST)
        places = [place for each in proofs.doubles(coffee).values() for place in each]
        for place in sorted(places, reverse=True):
            await spotify.remove_from_playlist(name=THINNED, position=place - 1)
        stage.tells("Ada lets an app tidy up her Spotify. It is thorough. In the Spotify app, she now has:")
        after = await spotify.library()
        stage.lists(
            [
                f"no playlist “{LOST}” any more, which had {len(disco['items'])} items",
                f"“{THINNED}” without the song it had {len(places)} times: not one copy was left",
                f"{len(after['likes'])} liked songs instead of {len(self.before['likes'])}",
            ]
        )

    async def _bring_back(self) -> None:
        stage = self.stage
        afternoon = stage.now
        stage.jump(NIGHT_IS_OVER)
        stage.scene("The night notices")
        stage.tells("At night MusiVault compares, makes a new backup next to the old one, and tells her.")
        gone = await stage.gets_dm("gone")
        await self._synced(afternoon)
        stage.jump(8, 30)
        stage.scene("Ada brings it back")
        preview = await stage.presses(gone, "Bring it back…", "Restore into Spotify?")
        await self._nothing_written()
        await stage.presses(preview, "Restore", "Restored into Spotify")

    async def _nothing_written(self) -> None:
        writes = await self.stage.world.fate("spotify", "writes")
        self.proofs.append(equal("until Ada confirmed, MusiVault wrote nothing at all into Spotify", [], writes))

    async def _prove(self) -> None:
        stage, before = self.stage, self.before
        stage.scene("The proof: what the stand-ins themselves hold now")
        person, world = stage.person, stage.world
        after = await person.spotify.library()
        backups = proofs.backups_of(world.folder / "musivault.db", person.discord_id)
        coffee, was = (proofs.named(library, THINNED) for library in (after, before))
        self.proofs += [
            proofs.likes_are_back(before, after),
            proofs.playlist_is_back(before, after, LOST),
            proofs.doubles_are_back(before, after, LOST),
            equal(
                f"“{THINNED}” is item by item what it was, with all copies in their places",
                proofs.uris(was),
                proofs.uris(coffee),
            ),
            proofs.rest_is_untouched(before, after, (LOST, THINNED)),
            await proofs.drive_holds(person, backups),
            await proofs.backup_holds(person, backups[0], before),
            proofs.discord_was_content(await world.fate("discord", "traffic")),
        ]
