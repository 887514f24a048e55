"""Everything that can go wrong with a Drive, and every request at which it can."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.sandbox.google.hands import GoogleHands

FOREVER = 10_000
EVERY = 4
"""Of so many cases one runs every day."""
RATES = ("rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded")
NOT_OURS = ("appNotAuthorizedToFile", "insufficientFilePermissions", "domainPolicy", "accessNotConfigured", "forbidden")
MEANINGS = (
    "400",
    "401",
    "404",
    "409",
    "416",
    "503",
    "403 userRateLimitExceeded",
    "403 storageQuotaExceeded",
    "403 insufficientPermissions",
    "403 appNotAuthorizedToFile",
    "403 accessNotConfigured",
    "answer lost",
    "a proxy's page",
)
STATUSES = (400, 401, 404, 409, 410, 412, 416, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Fault:
    """One bad thing: the hand that does it, and what it is told besides where and how often."""

    name: str
    hand: str
    given: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    @property
    def stands_for_others(self) -> bool:
        """One of each meaning is enough for every day; which answer means what is tested for itself."""
        return self.name in MEANINGS

    async def strike(self, hands: GoogleHands, where: dict[str, Any], times: int) -> None:
        await getattr(hands, self.hand)(times=times, **self.given, **where)


@dataclass(frozen=True)
class Stage:
    """A kind of request: how it is told from others, and what has to happen first so that it is made at all."""

    name: str
    where: dict[str, Any]
    first: tuple[tuple[str, dict[str, Any]], ...] = ()

    def __str__(self) -> str:
        return self.name

    async def lead_to(self, hands: GoogleHands) -> None:
        for hand, given in self.first:
            await getattr(hands, hand)(**given)


def everywhere(stages: Sequence[Stage], faults: Sequence[Fault]) -> list[Any]:
    """For parametrize: a stage, a fault, and how often; at each stage every fourth of them, another fourth at the next.

    The others are for the long matrix, and so are those faults that only repeat a meaning.
    """
    return [
        pytest.param(stage, fault, times, id=f"{stage}, {fault}, {often}", marks=_when(fault, number + turn + lasting))
        for number, stage in enumerate(stages)
        for turn, fault in enumerate(faults)
        for lasting, (often, times) in enumerate((("once", 1), ("for long", FOREVER)))
    ]


def in_turn(stages: Sequence[Stage], deeds: Sequence[Fault]) -> list[Any]:
    """The same with what happens once."""
    return [
        pytest.param(stage, deed, id=f"{stage}, {deed}", marks=() if (number + turn) % EVERY == 0 else pytest.mark.soak)
        for number, stage in enumerate(stages)
        for turn, deed in enumerate(deeds)
    ]


def every_day(faults: Sequence[Fault]) -> list[Any]:
    """For parametrize where there is one stage."""
    return [pytest.param(each, id=str(each), marks=_when(each, 0)) for each in faults]


def _when(fault: Fault, number: int) -> Any:  # noqa: ANN401 - marks have no type that is told
    return () if fault.stands_for_others and number % EVERY == 0 else pytest.mark.soak


def _refusals() -> list[Fault]:
    statuses = [Fault(str(status), "fail_next", {"status": status}) for status in STATUSES]
    reasons = [*RATES, "storageQuotaExceeded", "insufficientPermissions", *NOT_OURS]
    return statuses + [Fault(f"403 {reason}", "fail_next", {"status": 403, "reason": reason}) for reason in reasons]


def _deed(name: str, deed: str, **given: object) -> Fault:
    return Fault(name, "meanwhile", {"deed": deed, "given": given})


FAULTS = [
    *_refusals(),
    Fault("answer lost", "lose_answer_next"),
    Fault("a proxy's page", "garble_next"),
]
"""What can happen to any request."""

DEEDS = [
    _deed("folder trashed", "trash_folder", user="ada"),
    _deed("folder deleted", "delete_folder", user="ada"),
    _deed("archives trashed", "trash_archives", user="ada"),
    _deed("archives deleted", "delete_archives", user="ada"),
    _deed("session lost", "lose_sessions"),
    _deed("drive full", "fill_up", user="ada"),
    _deed("access ran out", "expire_access"),
    _deed("revoked", "revoke", user="ada"),
]
"""What its owner or Google can do in between; harmless where there is nothing to do it to."""

CHUNK: dict[str, Any] = {"method": "PUT"}
META: dict[str, Any] = {"method": "GET", "path_contains": "/drive/v3/files/1"}
FOLDER: dict[str, Any] = {"method": "POST", "path_contains": "/drive/v3/files?fields=id&"}

TOKEN: dict[str, Any] = {"method": "POST", "path_contains": "/token"}
MEDIA: dict[str, Any] = {"method": "GET", "path_contains": "alt=media"}
LIST: dict[str, Any] = {"method": "GET", "path_contains": "pageSize=1000"}

TOKEN_FAULTS = [
    Fault("invalid_grant", "fail_next", {"status": 400, "reason": "invalid_grant"}),
    Fault("invalid_client", "fail_next", {"status": 401, "reason": "invalid_client"}),
    Fault("503", "fail_next", {"status": 503}),
    Fault("answer lost", "lose_answer_next"),
    Fault("a proxy's page", "garble_next"),
]
"""Where Google hands out tokens."""

STAGES = [
    Stage("looking for a folder", {"method": "GET", "path_contains": "/files?q=mimeType"}),
    Stage("an id for the archive", {"method": "GET", "path_contains": "generateIds"}),
    Stage("an id for the folder", {"method": "GET", "path_contains": "generateIds", "skip": 2}),
    Stage("making MusiVault", FOLDER),
    Stage("making the person's folder", FOLDER | {"skip": 1}),
    Stage("beginning the session", {"method": "POST", "path_contains": "uploadType=resumable"}),
    Stage("the first chunk", CHUNK),
    Stage("a chunk", CHUNK | {"skip": 1}),
    Stage("the last chunk", CHUNK | {"skip": 2}),
    Stage("reading back", META, (("lose_answer_next", CHUNK | {"skip": 2, "times": 2}),)),
    Stage("a garbled copy into the trash", {"method": "PATCH"}, (("lie_about_checksum_next", {}),)),
]
"""The requests of a first backup, in the order they are made."""
