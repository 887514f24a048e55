import os
import subprocess
import sys
from pathlib import Path

from bot.config import load
from bot.time import utc_now
from storage.copies import Copies
from storage.sealing import Seal

ROOT = Path(__file__).parents[2]
CLOSED = "http://127.0.0.1:9"
CONFIG = f"""
[discord]
token = "x"
[[spotify.apps]]
client_id = "app"
client_secret = "h1dden"
[endpoints]
discord_api = "{CLOSED}"
spotify_accounts = "{CLOSED}"
"""


def bot(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_mistakes_are_listed_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[discord]\ntokn = 1\n", encoding="utf-8")
    for command in ("run", "check", "migrate"):
        done = bot(tmp_path, command)
        assert done.returncode == 2
        assert "- discord.tokn: there is no such setting (did you mean `token`?)" in done.stderr
        assert "- spotify.apps: is missing" in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    done = bot(tmp_path, "--config", "mine.toml", "run")
    assert done.returncode == 2
    assert "mine.toml: there is no such file (copy config.example.toml" in done.stderr


def test_from_a_new_key_to_a_migrated_database(tmp_path: Path) -> None:
    made = bot(tmp_path, "keygen")
    assert "MUSIVAULT_ENCRYPTION_KEYS" in made.stderr
    key, public, identity = made.stdout.splitlines()
    assert public == f"# public key: {Seal([identity]).public_keys[0]}"
    assert "kept off this machine, because without it no encrypted copy opens" in made.stderr
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    environ = {"MUSIVAULT_ENCRYPTION_KEYS": key, "MUSIVAULT_IDENTITIES": identity}
    config = load(path, environ)
    assert (config.storage.encryption_keys, config.backup.identities) == ((key,), (identity,))
    early = bot(tmp_path, "features", **environ)
    assert early.returncode == 2
    assert "`run` makes it at the first start" in early.stderr

    migrated = bot(tmp_path, "migrate", **environ)
    assert migrated.returncode == 0, migrated.stderr
    assert migrated.stdout.startswith("The database is at schema 0")
    assert (tmp_path / "data" / "musivault.db").exists()

    drilled = bot(tmp_path, "drill", **environ)
    assert drilled.returncode == 1
    assert "problem  copy: there is none in data/archives/_database yet" in drilled.stdout
    copy, _ = Copies(tmp_path / "data/musivault.db", tmp_path / "data/archives", Seal([identity])).make(utc_now())
    drilled = bot(tmp_path, "drill", **environ)
    assert drilled.returncode == 0, drilled.stdout + drilled.stderr
    assert f"ok       copy: data/archives/_database/{copy.path.name}" in drilled.stdout

    listed = bot(tmp_path, "features", **environ)
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.startswith("main (app)\n")
    assert "audio_features     not tried yet" in listed.stdout

    checked = bot(tmp_path, "check", **environ)
    assert checked.returncode == 1
    assert "ok       database: opens, its schema is current" in checked.stdout
    assert "problem  discord: 127.0.0.1:9 cannot be reached" in checked.stdout
    assert "2 problems to solve" in checked.stdout
    assert "h1dden" not in checked.stdout + checked.stderr
    assert "Traceback" not in checked.stderr
