"""A token at the server, as a real PKCS#11 module: its signatures, and everything that goes wrong with one."""

import os
import traceback

import pkcs11
import pytest

from signatures.errors import SigningError
from signatures.keys import open_key
from signatures.models import Certificate
from signatures.providers import token as token_module
from signatures.providers.errors import KeyLocked, TokenMissing, WrongPin
from signatures.providers.raw import is_right
from tests.signatures.key_cases import person
from tests.signatures.softhsm import PIN


@pytest.fixture(params=["rsa", "ec"])
def certificate(request, hsm, key_folder) -> Certificate:
    """In the token "vanthu" under the label "khoa"; not in the database."""
    held = person(key_folder, request.param)
    hsm.token("vanthu")
    hsm.put("vanthu", "khoa", held)
    return held.row(holder="token", key_ref="vanthu/khoa")


def test_it_signs_several_texts_in_one_session(certificate):
    holder = open_key(certificate, pin=PIN)
    holder.ready()
    texts = [b"mot", b"hai" * 5000, b""]
    signed = holder.sign(texts)
    own = holder.identity
    assert [is_right(own, text, one) for text, one in zip(texts, signed, strict=True)] == [True] * 3
    assert not is_right(own, b"khac", signed[0])
    assert holder.identity.chain[0].subject == own.certificate.issuer


def test_a_key_without_its_label_is_found_by_its_certificate(certificate):
    certificate.key_ref = "vanthu/ten-khac"
    assert len(open_key(certificate, pin=PIN).sign([b"x"])) == 1


def test_a_wrong_pin_signs_nothing_and_is_not_repeated_in_what_is_said(certificate):
    for pin in ("482915", "1", "9" * 300):
        with pytest.raises(WrongPin, match="Mã PIN không đúng") as caught:
            open_key(certificate, pin=pin).sign([b"x"])
        said = "".join(traceback.format_exception(caught.value)) + repr(open_key(certificate, pin=pin))
        assert len(pin) < 2 or pin not in said
    with pytest.raises(SigningError, match="Hãy nhập mã PIN"):
        open_key(certificate).sign([b"x"])


def test_the_right_pin_after_a_right_one_is_asked_again(certificate):
    """A login of a moment ago must not let a wrong PIN sign."""
    open_key(certificate, pin=PIN).sign([b"x"])
    with pytest.raises(WrongPin):
        open_key(certificate, pin="482915").sign([b"x"])


def test_a_token_pulled_out_and_put_back(certificate, hsm):
    open_key(certificate, pin=PIN).ready()
    hsm.pull_out()
    with pytest.raises(TokenMissing, match="Không thấy thiết bị khóa “vanthu”"):
        open_key(certificate, pin=PIN).sign([b"x"])
    hsm.put_back()
    assert open_key(certificate, pin=PIN).sign([b"x"])


def test_a_token_pulled_out_in_the_middle(certificate, hsm):
    def texts():
        yield b"x"
        hsm.pull_out()
        yield b"x"

    with pytest.raises(SigningError, match=r"Mất liên lạc|báo lỗi"):
        open_key(certificate, pin=PIN).sign(texts())
    hsm.put_back()
    assert open_key(certificate, pin=PIN).sign([b"x"])


def test_the_wrong_key_under_the_right_label_is_not_used(certificate, hsm, key_folder):
    other = person(key_folder, name="Kẻ Khác").row(holder="token", key_ref="vanthu/khoa")
    with pytest.raises(SigningError, match="không khớp"):
        open_key(other, pin=PIN).sign([b"x"])


def test_no_module_no_token_no_key(certificate, hsm, settings):
    certificate.key_ref = "khac/khoa"
    with pytest.raises(TokenMissing, match="“khac”"):
        open_key(certificate, pin=PIN).ready()
    hsm.token("trong")
    certificate.key_ref = "trong/khoa"
    with pytest.raises(TokenMissing, match="không có khóa"):
        open_key(certificate, pin=PIN).ready()
    for path in ("", "/khong/co.so"):
        settings.PKCS11_MODULE = path
        with pytest.raises(TokenMissing, match="báo quản trị hệ thống"):
            open_key(certificate, pin=PIN).ready()


def test_two_tokens_of_one_name(certificate, hsm):
    hsm.token("vanthu")
    with pytest.raises(TokenMissing, match="hai thiết bị"):
        open_key(certificate, pin=PIN).ready()


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (pkcs11.PinLocked, KeyLocked, "đã bị khóa"),
        (pkcs11.UserPinNotInitialized, KeyLocked, "chưa được đặt mã PIN"),
        (pkcs11.TokenNotPresent, TokenMissing, "Mất liên lạc"),
        (pkcs11.DeviceError, SigningError, "báo lỗi"),
    ],
)
def test_what_a_stricter_token_answers(certificate, monkeypatch, error, kind, words):
    """SoftHSM never locks; the module's other answers are given to the same code."""

    class Strict:
        slot = None
        flags = pkcs11.TokenFlag(0)

        def open(self, **_):
            raise error

    monkeypatch.setattr(token_module, "_token", lambda label: Strict())
    with pytest.raises(kind, match=words):
        open_key(certificate, pin=PIN).sign([b"x"])


def test_a_forked_child_signs_beside_its_parent(certificate):
    holder = open_key(certificate, pin=PIN)
    holder.sign([b"x"])
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if all(holder.sign([b"y"]) for _ in range(15)) else 2
        finally:
            os._exit(code)
    assert all(holder.sign([b"z"]) for _ in range(15))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_threads_wait_for_each_other(certificate):
    from concurrent.futures import ThreadPoolExecutor

    holder = open_key(certificate, pin=PIN)
    with ThreadPoolExecutor(8) as pool:
        right = list(pool.map(lambda n: is_right(holder.identity, b"%d" % n, holder.sign([b"%d" % n])[0]), range(40)))  # fmt: skip
    assert all(right)
