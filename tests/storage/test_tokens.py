import pytest

from storage.tokens import TokenCipher


def test_a_secret_comes_back(cipher: TokenCipher) -> None:
    assert cipher.decrypt(cipher.encrypt("tökén")) == "tökén"


def test_what_is_stored_does_not_show_the_secret(cipher: TokenCipher) -> None:
    assert b"hush" not in cipher.encrypt("hush")
    assert cipher.encrypt("hush") != cipher.encrypt("hush")


def test_a_new_key_in_front_still_reads_what_the_old_one_wrote() -> None:
    old, new = TokenCipher.generate_key(), TokenCipher.generate_key()
    stored = TokenCipher([old]).encrypt("hush")
    rotated = TokenCipher([new, old])
    assert rotated.decrypt(stored) == "hush"
    assert TokenCipher([new]).decrypt(rotated.encrypt("hush")) == "hush"


def test_without_the_right_key_a_secret_is_gone_and_the_operator_reads_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stored = TokenCipher([TokenCipher.generate_key()]).encrypt("hush")
    other = TokenCipher([TokenCipher.generate_key()])
    assert [other.decrypt(stored), other.decrypt(stored)] == [None, None]
    (warning,) = caplog.messages
    assert "put the old key back" in warning


@pytest.mark.parametrize("bad", ["", "short", "ü" * 44, "A" * 43])
def test_a_bad_key_is_named_by_its_number_and_never_shown(bad: str) -> None:
    with pytest.raises(ValueError, match="Encryption key 2 is not a key") as caught:
        TokenCipher([TokenCipher.generate_key(), bad])
    assert not bad or bad not in str(caught.value)
    assert caught.value.__suppress_context__


def test_no_key_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="keygen"):
        TokenCipher([])
