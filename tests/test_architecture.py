"""The two rules of the house: who may import whom, and one home for each library from outside."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 350
"""Lines of a module. Migrations are one list without logic and never changed once released, so they may be longer."""

MAY_IMPORT = {
    "cogs": {"cogs", "bot", "storage", "ml"},
    "bot": {"bot", "storage", "ml"},
    "storage": {"storage"},
    "ml": {"ml"},
}
OURS = {*MAY_IMPORT, "tests"}
HOMES: dict[str, tuple[str, ...]] = {
    "discord": ("cogs/", "bot/client.py"),
    "yarl": ("bot/client.py",),
    "spotipy": ("bot/spotify/",),
    "requests": ("bot/spotify/",),
    "urllib3": ("bot/spotify/",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "cryptography": ("storage/",),
    "pyrage": ("storage/sealing.py",),
    "google": ("storage/stores/drive/",),
    "google_auth_httplib2": ("storage/stores/drive/",),
    "google_auth_oauthlib": ("storage/stores/drive/",),
    "googleapiclient": ("storage/stores/drive/",),
    "httplib2": ("storage/stores/drive/",),
    "oauthlib": ("storage/stores/drive/",),
    "fastapi": ("bot/web/",),
    "starlette": ("bot/web/",),
    "uvicorn": ("bot/web/",),
    "jinja2": ("bot/web/",),
    "markupsafe": ("bot/web/",),
    "apscheduler": ("bot/schedule.py",),
    "typer": ("bot/__main__.py",),
    "pydantic": ("bot/", "storage/"),
    "pydantic_core": ("bot/config/checks.py",),
    "dotenv": ("bot/config/__init__.py",),
    "aiohttp": ("bot/check.py",),
    "isal": ("storage/archive/zipped.py",),
    "orjson": ("",),
}
"""Library -> where it may be imported; an empty home is the whole house."""


def imported(source: str, path: str) -> Iterator[str]:
    """The whole names of the modules a file imports, wherever in it."""
    package = path.split("/")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            yield ".".join([*base, *([node.module] if node.module else [])])


def violations(source: str, path: str) -> list[str]:
    """What a product file imports and should not, as sentences."""
    package = path.split("/")[0]
    told = []
    for module in imported(source, path):
        name = module.split(".")[0]
        if name in OURS:
            if name not in MAY_IMPORT[package]:
                told.append(f"{path} imports {module}: {package} must not know {name}")
        elif name not in sys.stdlib_module_names:
            if name not in HOMES:
                told.append(f"{path} imports {module}: {name} has no home in tests/test_architecture.py yet")
            elif not path.startswith(HOMES[name]):
                told.append(f"{path} imports {module}: the home of {name} is {' and '.join(HOMES[name])}")
    return told


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_imports_point_inwards_and_libraries_stay_at_home() -> None:
    told = []
    for path in files(*MAY_IMPORT):
        told += violations(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    assert not told, "\n".join(told)


def test_no_module_is_too_long_to_read() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): count_lines(path) for path in files(*OURS)}
    long = [
        f"{path}: {lines} lines"
        for path, lines in lengths.items()
        if lines > LONGEST and "/migrations/versions/" not in path
    ]
    assert not long, "look for the second subject in " + "\n".join(long)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/services/sync.py", "import cogs.vault"),
        ("storage/library.py", "from bot.errors import NotLinked"),
        ("storage/library.py", "from ml import mood"),
        ("ml/mood.py", "import storage.records"),
        ("bot/app.py", "def late():\n    from tests.sandbox import clock"),
        ("bot/services/sync.py", "import discord"),
        ("bot/services/sync.py", "from sqlalchemy.ext import asyncio"),
        ("cogs/link.py", "import spotipy.oauth2"),
        ("storage/stores/folder.py", "import googleapiclient.discovery"),
        ("bot/jobs.py", "if True:\n    import apscheduler"),
        ("bot/app.py", "import a_library_nobody_spoke_of"),
    ],
)
def test_a_wrong_import_is_noticed(path: str, source: str) -> None:
    told = violations(source, path)
    assert len(told) == 1, told


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("cogs/vault.py", "import discord\nfrom bot.services import sync\nfrom storage.records import Track"),
        ("bot/client.py", 'import discord\nCOGS = ("cogs.vault",)'),
        ("bot/web/app.py", "from .guard import Guard\nfrom . import pages\nimport fastapi, json, bot.errors"),
        ("storage/archives.py", "import orjson\nfrom storage import records"),
    ],
)
def test_a_right_import_is_let_through(path: str, source: str) -> None:
    assert violations(source, path) == []
