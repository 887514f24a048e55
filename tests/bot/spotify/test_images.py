"""Pictures: as they are, or not at all."""

import pytest

from bot.errors import SpotifyDown, SpotifyGone
from bot.spotify.gateway import SpotifyGateway
from bot.spotify.images import LARGEST
from storage.records import Image
from tests.bot.spotify.wire import Answer, Wire


async def test_a_picture_comes_as_it_is_and_without_anybodys_token(wire: Wire, gateway: SpotifyGateway) -> None:
    wire.will(Answer(200, b"\xff\xd8 a jpeg", "image/jpeg"))
    assert await gateway.image(f"{wire.url}/image/ab") == Image("image/jpeg", b"\xff\xd8 a jpeg")
    assert "Authorization" not in wire.asked[0].headers


async def test_pictures_are_not_counted_as_requests(wire: Wire, gateway: SpotifyGateway) -> None:
    wire.will(Answer(200, b"a jpeg", "image/jpeg"))
    await gateway.image(f"{wire.url}/image/ab")
    assert gateway.ledger.used("client", "image") == 0


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_an_address_that_has_ended_is_gone(wire: Wire, gateway: SpotifyGateway, status: int) -> None:
    wire.will(Answer(status, b"Forbidden", "text/plain"))
    with pytest.raises(SpotifyGone):
        await gateway.image(f"{wire.url}/image/ab")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>hotel wifi</html>", "text/html"),
        Answer(200, b"", "image/jpeg"),
        Answer(200, bytes(LARGEST + 1), "image/jpeg"),
        Answer(500, b"sorry", "image/jpeg"),
        Answer(broken=True),
    ],
)
async def test_what_is_no_picture_is_not_taken_for_one(wire: Wire, gateway: SpotifyGateway, answer: Answer) -> None:
    wire.will(answer)
    with pytest.raises(SpotifyDown):
        await gateway.image(f"{wire.url}/image/ab")


async def test_an_address_that_is_none_is_no_picture(gateway: SpotifyGateway) -> None:
    with pytest.raises(SpotifyDown):
        await gateway.image("not an address")
