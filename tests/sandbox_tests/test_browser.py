"""The browser reads pages as people do, and keeps the address where nothing answers."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.sandbox.browser import Browser
from tests.sandbox.control import CannotDo
from tests.sandbox.serving import serving

PAGE = """<!doctype html><html><head><title>Link  Spotify</title><style>p {}</style></head><body>
<h1>Link <em>Spotify</em></h1><p>You are <b>Ada</b>.<br>Is that you?</p><script>var x = "no";</script>
<!-- nothing --><p hidden>secret</p><ul><li>one</li><li>two</li></ul>
<form method="post" action="/decide?step=1"><input type="hidden" name="state" value="s&amp;1">
<label for="n">Your name</label><input id="n" name="name"><input type="checkbox" name="mail" value="yes">
<select name="hour"><option value="3">Three</option><option value="4" selected>Four</option></select>
<button name="do" value="agree">Agree</button><button name="do" value="cancel">Cancel</button></form>
<a href="next?a=1#end">Not you?</a></body></html>"""


async def page(_: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


async def decide(request: web.Request) -> web.Response:
    form = await request.post()
    told = "|".join(f"{name}={value!s}" for name, value in form.items())
    answer = web.Response(status=303, headers={"Location": f"/hop?{request.query_string}"})
    answer.set_cookie("told", told)
    return answer


async def hop(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "end"})


async def end(request: web.Request) -> web.Response:
    cookies = ";".join(f"{name}={value}" for name, value in sorted(request.cookies.items()))
    return web.Response(text=f"{request.method} {request.host.split(':')[0]} {cookies}")


async def away(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/callback?code=a%2Fb&state=c"})


@pytest.fixture
async def site() -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes([web.get("/", page), web.post("/decide", decide), web.get("/away", away)])
    app.add_routes([web.get("/hop", hop), web.get("/end", end), web.get("/next", end)])
    async with serving(app) as address:
        yield address


@pytest.fixture
async def browser(site: str) -> AsyncIterator[Browser]:
    async with Browser("ada", origins={"https://vault.example.org": site}) as opened:
        yield opened


async def test_page_is_read_block_by_block(browser: Browser, site: str) -> None:
    seen = await browser.open(site)
    assert seen.title == "Link Spotify"
    assert seen.text.splitlines()[:5] == ["Link Spotify", "You are Ada.", "Is that you?", "one", "two"]
    assert "secret" not in seen.text
    assert "var x" not in seen.text
    assert seen.buttons == ["Agree", "Cancel"]
    assert seen.links == {"Not you?": f"{site}/next?a=1#end"}
    assert seen.fields == {"state": "s&1", "name": "", "hour": "4"}


async def test_form_is_sent_with_hidden_fields_and_redirects_leave_a_trail(browser: Browser, site: str) -> None:
    seen = (await browser.open(site)).type("Your name", "Ada").tick("mail")
    last = await seen.press("Agree")
    assert last.trail == (f"{site}/decide?step=1", f"{site}/hop?step=1", f"{site}/end")
    assert last.text == "GET 127.0.0.1 sandbox_person=ada;told=state=s&1|name=Ada|mail=yes|hour=4|do=agree"


async def test_link_is_followed_by_its_words(browser: Browser, site: str) -> None:
    assert (await (await browser.open(site)).press("not you")).url == f"{site}/next?a=1#end"
    with pytest.raises(CannotDo, match="there are \\['Agree', 'Cancel', 'Not you\\?'\\]"):
        await (await browser.open(site)).press("Buy")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/callback?code=a%2Fb&state=c", "https://elsewhere.example.com/x"])
async def test_unreachable_address_stays_in_the_bar(browser: Browser, url: str) -> None:
    seen = await browser.open(url)
    assert (seen.status, seen.url) == (0, url)
    assert "cannot be reached" in seen.text


async def test_redirect_to_where_nothing_listens_keeps_its_code(browser: Browser, site: str) -> None:
    seen = await browser.open(f"{site}/away")
    assert seen.url == "http://127.0.0.1:9/callback?code=a%2Fb&state=c"
    assert seen.trail == (f"{site}/away", seen.url)


async def test_public_name_is_reached_on_this_machine(browser: Browser) -> None:
    seen = await browser.open("https://vault.example.org/end")
    assert seen.text.startswith("GET vault.example.org")
    assert seen.url == "https://vault.example.org/end"
