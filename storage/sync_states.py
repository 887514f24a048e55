"""What a sync remembers between two runs: how fresh each part of a library is, and pages that were put aside."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, delete, select, update

from storage.archive import Opened
from storage.columns import Json
from storage.database import Database, put_rows, table_of
from storage.people import add_person
from storage.records import ItemKey, SectionState, StagedPage
from storage.tables import SectionRow, StagedPageRow


class SyncStateRepository:
    """A section is named by whoever reads it; linking another Spotify account forgets them all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def section(self, discord_id: int, section: str) -> SectionState | None:
        """How fresh a part is; None if it was never read."""
        return (await self.sections(discord_id)).get(section)

    async def sections(self, discord_id: int) -> dict[str, SectionState]:
        """How fresh every part is that was ever read."""
        statement = select(SectionRow).where(SectionRow.discord_id == discord_id)
        async with self._database.read() as session:
            rows = (await session.scalars(statement)).all()
        return {row.section: SectionState(row.read_at, row.full_at, row.total) for row in rows}

    async def mark_section(
        self,
        discord_id: int,
        section: str,
        read_at: datetime,
        *,
        full_at: datetime | None = None,
        total: int | None = None,
    ) -> None:
        """Says that a part was just read; `full_at` where every page of it was, else the time of the last one stays."""
        row = {
            "discord_id": discord_id,
            "section": section,
            "read_at": read_at,
            "full_at": full_at,
            "total": total,
        }

        def work(connection: Connection) -> None:
            add_person(connection, discord_id)
            put_rows(connection, SectionRow, [row], ["discord_id", "section"], filled=["full_at"])

        await self._database.write_large(work)

    async def staged(self, discord_id: int, section: str) -> tuple[StagedPage, ...]:
        """The pages put aside, in order."""
        which = (StagedPageRow.discord_id == discord_id, StagedPageRow.section == section)
        statement = select(table_of(StagedPageRow)).where(*which).order_by(StagedPageRow.offset)
        return await self._database.read_large(
            lambda connection: tuple(
                StagedPage(row.offset, row.proof, row.total, _keys(row.content))
                for row in connection.execute(statement)
            )
        )

    async def stage(self, discord_id: int, section: str, pages: Sequence[StagedPage], read_at: datetime) -> None:
        """Puts pages aside; one of the same offset gives way."""

        def work(connection: Connection) -> None:
            add_person(connection, discord_id)
            rows = [_row(discord_id, section, page, read_at) for page in pages]
            put_rows(connection, StagedPageRow, rows, ["discord_id", "section", "offset"])

        await self._database.write_large(work)

    async def unstage(self, discord_id: int, section: str) -> None:
        """They have served."""
        which = (StagedPageRow.discord_id == discord_id, StagedPageRow.section == section)
        statement = delete(StagedPageRow).where(*which)
        async with self._database.write() as session:
            await session.execute(statement)

    async def staged_sections(self, discord_id: int) -> set[str]:
        """The sections of which pages are put aside."""
        statement = select(StagedPageRow.section).where(StagedPageRow.discord_id == discord_id).distinct()
        async with self._database.read() as session:
            return set(await session.scalars(statement))


def mark_brought(
    connection: Connection, discord_id: int, opened: Opened, changed: Collection[str], *, replaced: bool
) -> None:
    """What a vault's parts are worth once an archive was brought into them: never more than what they were read for.

    What was changed is to be read in full again, and so is what is known since the archive was made. A vault that was
    `replaced` is as fresh as the archive, and pages put aside belong to what it was before.
    """
    mine = SectionRow.discord_id == discord_id
    if replaced:
        connection.execute(delete(SectionRow).where(mine, SectionRow.section.in_(opened.known)))
        connection.execute(delete(StagedPageRow).where(StagedPageRow.discord_id == discord_id))
    unsure = update(SectionRow).where(mine, SectionRow.section.in_(changed))
    connection.execute(unsure.values(full_at=None, total=None))
    rows = [
        {"discord_id": discord_id, "section": section, "read_at": opened.manifest.created_at}
        for section in sorted(opened.known)
    ]
    put_rows(connection, SectionRow, rows, ["discord_id", "section"], overwrite=False)


def _row(discord_id: int, section: str, page: StagedPage, read_at: datetime) -> dict[str, object]:
    return {
        "discord_id": discord_id,
        "section": section,
        "offset": page.offset,
        "proof": page.proof,
        "total": page.total,
        "content": {"keys": [[uri, at and at.isoformat(), added_by] for uri, at, added_by in page.keys]},
        "read_at": read_at,
    }


def _keys(content: Json) -> tuple[ItemKey, ...]:
    return tuple(
        (uri, at and datetime.fromisoformat(at), added_by) for uri, at, added_by in cast("Any", content["keys"])
    )
