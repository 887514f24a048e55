import base64
import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.config import ENVIRONMENT, Config, load
from bot.errors import ConfigError
from storage.sealing import Seal

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
IDENTITY, OTHER = Seal.generate_identity(), Seal.generate_identity()
(PUBLIC,) = Seal([OTHER]).public_keys
SECRETS = {"DISCORD_TOKEN": "discord-secret", "SPOTIFY_CLIENT_ID": "app-one", "MUSIVAULT_ENCRYPTION_KEYS": KEY}
MINIMAL = f"""
[discord]
token = "discord-secret"
[[spotify.apps]]
client_id = "app-one"
client_secret = "spotify-secret"
[storage]
encryption_keys = ["{KEY}"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(written(folder, text), environ)
    return list(caught.value.problems)


def models(model: type[BaseModel]) -> list[type[BaseModel]]:
    found = [model]
    for field in model.model_fields.values():
        kinds = (field.annotation, *getattr(field.annotation, "__args__", ()))
        found += [x for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel) for x in models(kind)]
    return found


def test_a_short_file_is_enough(tmp_path: Path) -> None:
    config = load(written(tmp_path, MINIMAL), {})
    assert config.discord.token == "discord-secret"
    assert config.spotify.apps[0].name == "main"
    assert config.backup.nightly_hour == 3
    assert config.web.redirect_uri("spotify") == "http://127.0.0.1:8321/callback/spotify"
    assert config.endpoints.spotify_api == "https://api.spotify.com/v1"
    assert not config.drive.offered
    assert not config.web.reachable


def test_the_example_works_with_secrets_from_the_environment_alone() -> None:
    config = load(EXAMPLE, SECRETS)
    assert (config.spotify.apps[0].client_id, config.storage.encryption_keys) == ("app-one", (KEY,))


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    bare = load(written(tmp_path, ""), SECRETS)
    assert load(EXAMPLE, SECRETS) == bare


def test_the_example_explains_every_setting_and_every_variable() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for model in models(Config):
        for name in model.model_fields:
            assert re.search(rf"^(# )?{name} = |^\[+(\w+\.)?{name}\]", text, re.MULTILINE), name
    for variable in ENVIRONMENT:
        assert variable in text
    assert tomllib.loads(text)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    told = "\n".join(
        problems(
            tmp_path,
            """
[discord]
tokn = "x"
[spotify]
concurrency = 99
[[spotify.apps]]
name = "main"
[storage]
encryption_keys = ["too-short"]
database_url = "vault.db"
[web]
public_url = "http://vault.example.org"
port = "many"
[drive]
client_id = "only this"
[moods]
""",
        )
    )
    for start in (
        "discord.token: is missing",
        "discord.tokn: there is no such setting (did you mean `token`?)",
        "spotify.concurrency: expected how many requests",
        "spotify.apps[0].client_id: is missing",
        "storage.encryption_keys: key 1 is not an encryption key",
        "storage.database_url: expected sqlite+aiosqlite:///",
        "web.public_url: Spotify accepts https addresses only",
        "web.port: expected the port",
        "drive: client_id and client_secret belong together",
        "moods: there is no such setting (did you mean `mood`?)",
    ):
        assert re.search(rf"^{re.escape(start)}", told, re.MULTILINE), f"{start!r} is not in\n{told}"


def test_a_mistake_says_which_variable_would_do(tmp_path: Path) -> None:
    told = "\n".join(problems(tmp_path, ""))
    for variable in ("DISCORD_TOKEN", "MUSIVAULT_ENCRYPTION_KEYS"):
        assert variable in told
    assert "SPOTIFY_CLIENT_ID" in "\n".join(problems(tmp_path, "[[spotify.apps]]"))


def test_no_secret_is_ever_printed(tmp_path: Path) -> None:
    secret = "postgresql://u:hunter2@db/vault"
    config = load(written(tmp_path, MINIMAL), {"DATABASE_URL": secret})
    shown = f"{config!r} {config} {config.spotify.apps!r}"
    assert "hunter2" not in shown
    assert "secret" not in shown.replace("client_secret", "")
    assert KEY not in shown
    told = problems(tmp_path, MINIMAL.replace(f'"{KEY}"', '"hunter2"') + '\n[web]\nport = "hunter2"')
    assert "hunter2" not in "\n".join(told)


def test_the_environment_wins_over_dotenv_and_dotenv_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=from-dotenv\nSPOTIFY_CLIENT_ID=from-dotenv\n", encoding="utf-8")
    config = load(written(tmp_path, MINIMAL), {"DISCORD_TOKEN": "from-environment", "SPOTIFY_CLIENT_SECRET": " "})
    assert config.discord.token == "from-environment"
    assert config.spotify.apps[0].client_id == "from-dotenv"
    assert config.spotify.apps[0].client_secret == "spotify-secret"


def test_several_keys_fit_in_one_variable(tmp_path: Path) -> None:
    other = base64.urlsafe_b64encode(b"o" * 32).decode()
    config = load(written(tmp_path, MINIMAL), {"MUSIVAULT_ENCRYPTION_KEYS": f"{other}, {KEY}"})
    assert config.storage.encryption_keys == (other, KEY)


def test_identities_come_from_the_environment_too(tmp_path: Path) -> None:
    backup = load(written(tmp_path, MINIMAL), {"MUSIVAULT_IDENTITIES": f"{OTHER},{IDENTITY}"}).backup
    assert (backup.identities, backup.recipients) == ((OTHER, IDENTITY), ())


def test_an_identity_is_never_printed(tmp_path: Path) -> None:
    text = f'{MINIMAL}\n[backup]\nidentities = ["{IDENTITY}"]\nrecipients = ["{PUBLIC}"]'
    assert IDENTITY not in f"{load(written(tmp_path, text), {})!r}"


def test_an_identity_and_a_public_key_in_each_others_place_are_told_and_not_shown(tmp_path: Path) -> None:
    text = f'{MINIMAL}\n[backup]\nidentities = ["{IDENTITY}", "{PUBLIC}"]\nrecipients = ["{OTHER}"]'
    told = problems(tmp_path, text)
    assert told[0].startswith("backup.identities: identity 2 is not an age identity")
    assert told[1].startswith("backup.recipients: recipient 1 is not a public age key")
    assert OTHER not in "".join(told)


def test_recipients_without_an_identity_are_a_mistake(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, f'{MINIMAL}\n[backup]\nrecipients = ["{PUBLIC}"]')
    assert told == "backup: recipients alone encrypt nothing: every copy is read back (set identities too)"


def test_archives_in_the_operator_s_drive_need_a_key_and_a_google_client(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, f'{MINIMAL}\n[backup]\nstore = "drive"')
    assert told.startswith('backup: store = "drive" needs identities')
    (told,) = problems(tmp_path, f'{MINIMAL}\n[backup]\nstore = "drive"\nidentities = ["{IDENTITY}"]')
    assert told == 'drive: client_id and client_secret are needed for backup.store = "drive" (set both)'
    (told,) = problems(tmp_path, f'{MINIMAL}\n[backup]\nstore = "dropbox"')
    assert told.startswith("backup.store: expected where archives of people without a Drive go")


def test_a_platform_that_hands_out_a_port_is_answered_from_outside(tmp_path: Path) -> None:
    web = load(written(tmp_path, MINIMAL), {"PORT": "9000"}).web
    assert (web.host, web.port) == ("0.0.0.0", 9000)
    web = load(written(tmp_path, MINIMAL + '[web]\nhost = "::1"'), {"PORT": "9000"}).web
    assert (web.host, web.base_url) == ("::1", "http://[::1]:9000")


def test_a_public_address_is_where_links_and_redirects_go(tmp_path: Path) -> None:
    web = load(written(tmp_path, MINIMAL), {"MUSIVAULT_PUBLIC_URL": "https://vault.example.org/"}).web
    assert web.redirect_uri("drive") == "https://vault.example.org/callback/drive"
    assert web.landing_url("abc") == "https://vault.example.org/link/abc"
    assert web.reachable


def test_browsers_on_the_same_machine_can_be_sent_to_a_loopback_address(tmp_path: Path) -> None:
    web = load(written(tmp_path, MINIMAL), {"MUSIVAULT_PUBLIC_URL": "http://127.0.0.1:8321"}).web
    assert web.reachable


@pytest.mark.parametrize("url", ["http://127.0.0.1:8321", "http://[::1]:8321", "https://vault.example.org/music"])
def test_addresses_spotify_accepts_are_accepted(tmp_path: Path, url: str) -> None:
    assert load(written(tmp_path, MINIMAL), {"MUSIVAULT_PUBLIC_URL": url}).web.base_url == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://localhost:8321", "Spotify refuses `localhost`"),
        ("https://localhost", "Spotify refuses `localhost`"),
        ("http://0.0.0.0:8321", "https addresses only"),
        ("http://vault.example.org", "https addresses only"),
        ("ftp://vault.example.org", "expected a whole address"),
        ("vault.example.org", "expected a whole address"),
        ("https://vault.example.org:99999", "expected a whole address"),
        ("https://vault.example.org/?next=1", "an address alone"),
    ],
)
def test_addresses_spotify_refuses_are_refused_with_the_reason(tmp_path: Path, url: str, why: str) -> None:
    (told,) = problems(tmp_path, MINIMAL, MUSIVAULT_PUBLIC_URL=url)
    assert told.startswith("web.public_url: ")
    assert why in told


def test_the_same_spotify_app_twice_is_refused(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, MINIMAL + '[[spotify.apps]]\nname = "again"\nclient_id = "app-one"')
    assert told.startswith("spotify.apps: the apps main, again have the same client_id")


def test_drive_is_offered_once_it_is_set(tmp_path: Path) -> None:
    environ = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "secret"}
    assert load(written(tmp_path, MINIMAL), environ).drive.offered


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite:///:memory:", "mysql://x/y", "vault.db"])
def test_a_database_that_would_not_last_is_refused(tmp_path: Path, url: str) -> None:
    (told,) = problems(tmp_path, MINIMAL, DATABASE_URL=url)
    assert told.startswith("storage.database_url: ")


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.toml", {})
    assert "config.example.toml" in caught.value.problems[0]


def test_a_syntax_mistake_names_its_line(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, "[discord]\ntoken = unquoted\n")
    assert "line 2" in told


def test_a_section_of_the_wrong_shape_is_a_mistake_like_any_other(tmp_path: Path) -> None:
    told = problems(tmp_path, 'spotify = 3\nstorage = []\ndiscord = "x"', **SECRETS)
    assert [line.split(":")[0] for line in told] == ["discord", "spotify", "storage"]


def test_unreadable_bytes_are_explained(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(path, {})


@pytest.mark.parametrize("apps", ["apps = []", 'apps = "x"', 'apps = ["x"]'])
def test_apps_of_the_wrong_shape_are_told(tmp_path: Path, apps: str) -> None:
    environ = {"DISCORD_TOKEN": "x", "MUSIVAULT_ENCRYPTION_KEYS": KEY}
    (told,) = problems(tmp_path, f"[spotify]\n{apps}", **environ)
    assert told.startswith("spotify.apps")
    if apps == "apps = []":
        assert load(tmp_path / "config.toml", SECRETS).spotify.apps[0].client_id == "app-one"
