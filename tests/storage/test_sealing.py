import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import ArchiveDamaged, NoIdentityFits
from storage.sealing import Seal, seal_for

IDENTITY, OTHER = Seal.generate_identity(), Seal.generate_identity()
SEAL = Seal([IDENTITY])
CHUNK = 64 * 1024
"""What age seals at a time."""

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="the age tool is not installed")


def sealed(folder: Path, content: bytes, seal: Seal = SEAL) -> Path:
    (folder / "plain").write_bytes(content)
    seal.seal(folder / "plain", folder / "sealed.age")
    return folder / "sealed.age"


def unsealed(path: Path, seal: Seal = SEAL) -> bytes:
    seal.unseal(path, path.with_name("unsealed"))
    return path.with_name("unsealed").read_bytes()


@settings(max_examples=50, deadline=None)
@given(content=st.binary(max_size=3000), size=st.sampled_from([0, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK]))
def test_any_bytes_come_back(content: bytes, size: int) -> None:
    with TemporaryDirectory() as folder:
        whole = content + bytes(size)
        assert unsealed(sealed(Path(folder), whole)) == whole


@settings(max_examples=150, deadline=None)
@given(
    content=st.sampled_from([b"", b"a vault", b"v" * (CHUNK + 10)]),
    place=st.integers(0, 2**32),
    flipped=st.integers(1, 255),
)
def test_any_flipped_byte_is_refused(content: bytes, place: int, flipped: int) -> None:
    with TemporaryDirectory() as folder:
        path = sealed(Path(folder), content)
        changed = bytearray(path.read_bytes())
        changed[place % len(changed)] ^= flipped
        path.write_bytes(changed)
        # Where the stanza for our key is hit, age can only say that nothing in the file is for us.
        with pytest.raises((ArchiveDamaged, NoIdentityFits)):
            unsealed(path)
        assert not path.with_name("unsealed").exists()


@pytest.mark.parametrize("left", [0, 10, 150, 300, CHUNK + 300, -1])
def test_a_file_cut_short_is_damaged(tmp_path: Path, left: int) -> None:
    path = sealed(tmp_path, b"v" * (2 * CHUNK))
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(ArchiveDamaged):
        unsealed(path)


def test_bytes_that_were_added_are_damage(tmp_path: Path) -> None:
    path = sealed(tmp_path, b"a vault")
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ArchiveDamaged, match="not the ones that were written"):
        unsealed(path)


def test_nothing_of_what_is_inside_can_be_read(tmp_path: Path) -> None:
    assert b"a vault" not in sealed(tmp_path, b"a vault").read_bytes()


def test_without_the_key_it_is_said_which_setting_lacks_it(tmp_path: Path) -> None:
    path = sealed(tmp_path, b"a vault")
    with pytest.raises(NoIdentityFits, match=r"opens sealed\.age.*back into `backup\.identities`"):
        unsealed(path, Seal([OTHER]))
    assert not list(tmp_path.glob("*unsealed*"))


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed(tmp_path: Path) -> None:
    path = sealed(tmp_path, b"a vault", Seal([IDENTITY]))
    rotated = Seal([OTHER, IDENTITY])
    assert unsealed(path, rotated) == b"a vault"
    assert unsealed(sealed(tmp_path, b"newer", rotated), Seal([OTHER])) == b"newer"
    with pytest.raises(NoIdentityFits):
        unsealed(path, Seal([IDENTITY]))


def test_a_further_recipient_opens_it_too(tmp_path: Path) -> None:
    (theirs,) = Seal([OTHER]).public_keys
    shared = Seal([IDENTITY], [theirs])
    assert shared.public_keys == (*SEAL.public_keys, theirs)
    assert unsealed(sealed(tmp_path, b"a vault", shared), Seal([OTHER])) == b"a vault"


def test_the_hash_of_what_is_inside_needs_no_file(tmp_path: Path) -> None:
    path = sealed(tmp_path, b"")
    assert SEAL.digest(path) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sorted(tmp_path.iterdir()) == [tmp_path / "plain", path]


def test_what_a_crash_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / ".sealed.age.part").write_bytes(b"half a fi")
    assert unsealed(sealed(tmp_path, b"a vault")) == b"a vault"
    assert not list(tmp_path.glob(".*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("size", [10, 3 * CHUNK])
def test_a_full_disk_leaves_nothing_and_is_no_damage(tmp_path: Path, size: int) -> None:
    (tmp_path / ".sealed.age.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        sealed(tmp_path, bytes(size))
    path = sealed(tmp_path, bytes(size))
    (tmp_path / ".unsealed.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        unsealed(path)
    assert sorted(tmp_path.iterdir()) == [tmp_path / "plain", path]


@pytest.mark.parametrize(
    "bad",
    ["", "short", SEAL.public_keys[0], IDENTITY[:-1], IDENTITY + "\n", "ü" * 74],
    ids=["nothing", "short", "public", "cut", "with a line end", "not ascii"],
)
def test_a_bad_identity_is_named_by_its_number_and_never_shown(bad: str) -> None:
    with pytest.raises(ValueError, match="identity 2 is not an age identity") as caught:
        Seal([IDENTITY, bad])
    assert not bad or bad not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_secret_among_the_recipients_is_never_shown() -> None:
    with pytest.raises(ValueError, match="recipient 1 is not a public age key") as caught:
        Seal([IDENTITY], [OTHER])
    assert OTHER not in str(caught.value)


def test_no_identity_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="keygen"):
        Seal([])


@needs_age
def test_the_age_tool_opens_what_was_sealed(tmp_path: Path) -> None:
    path, key = sealed(tmp_path, b"v" * (CHUNK + 1)), tmp_path / "key.txt"
    key.write_text(IDENTITY, encoding="ascii")
    opened = subprocess.run(["age", "--decrypt", "-i", key, path], capture_output=True, check=True)
    assert opened.stdout == b"v" * (CHUNK + 1)


@needs_age
def test_what_the_age_tool_sealed_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "sealed.age"
    subprocess.run(["age", "-r", SEAL.public_keys[0], "-o", path], input=b"a vault", check=True)
    assert unsealed(path) == b"a vault"


def test_what_is_sealed_for_somebody_s_public_key_opens_with_their_secret_one(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"a vault" * CHUNK)
    (theirs,) = Seal([OTHER]).public_keys
    seal_for(tmp_path / "plain", tmp_path / "theirs.age", theirs)
    assert unsealed(tmp_path / "theirs.age", Seal([OTHER])) == b"a vault" * CHUNK
    with pytest.raises(NoIdentityFits):
        unsealed(tmp_path / "theirs.age")


def test_no_key_seals_nothing(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"a vault")
    with pytest.raises(ValueError, match="not a public age key"):
        seal_for(tmp_path / "plain", tmp_path / "theirs.age", "age1nonsense")
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]
