"""The remote signing service as a real process: asked, confirmed, collected; and everything it can do instead."""

import time

import pytest
import requests

from signatures.errors import SigningError
from signatures.providers import remote
from signatures.providers.errors import BadAnswer, KeyLocked, KeyRefused, KeyServiceDown, KeySilent
from signatures.providers.raw import is_right
from signatures.providers.remote import RemoteKey
from tests.signatures.csc_process import Csc
from tests.signatures.key_cases import person

TEXTS = [b"van ban mot", b"van ban hai"]


@pytest.fixture(params=["rsa", "ec"])
def certificate(request, csc, key_folder):
    held = person(key_folder, request.param, "Vũ Phương Thảo")
    csc.give("thao", held)
    return held.row(holder="remote", key_ref="thao")


@pytest.fixture
def key(certificate) -> RemoteKey:
    return RemoteKey(certificate)


def asked(key: RemoteKey, request_id: str = "1") -> str:
    return key.ask(TEXTS, "Công văn 12/SNV", request_id=request_id)


def test_several_signatures_under_one_confirmation(key, csc):
    key.ready()
    ref = asked(key)
    assert key.collect(ref, TEXTS) is None
    page = csc.phone()
    assert (
        "Công văn 12/SNV" in page
        and "Vũ Phương Thảo" in page
        and csc.requests()[0]["digests"][0][:12] in page
    )
    csc.press()
    signed = key.collect(ref, TEXTS)
    assert [is_right(key.identity, *pair) for pair in zip(TEXTS, signed, strict=True)] == [True, True]
    assert key.collect(ref, TEXTS) == signed  # the same bytes, also for ECDSA: nothing was signed again
    assert [one["signings"] for one in csc.requests()] == [1]


def test_the_same_question_rings_once(key, csc):
    assert asked(key) == asked(key)
    assert asked(key, "2") != asked(key)
    assert len(csc.requests()) == 2
    with pytest.raises(SigningError, match="không nhận yêu cầu"):
        key.ask([b"khac"], "khac", request_id="1")


def test_refused_on_the_telephone(key, csc):
    ref = asked(key)
    csc.press("refuse", pin="")
    with pytest.raises(KeyRefused, match="đã bị từ chối trên điện thoại"):
        key.collect(ref, TEXTS)
    assert csc.requests()[0]["signatures"] == []


def test_a_wrong_pin_on_the_telephone_agrees_to_nothing_and_five_lock_it(key, csc):
    ref = asked(key)
    assert "Còn 4 lần thử" in csc.press(pin="000000")
    for _ in range(4):
        said = csc.press(pin="000000")
    assert "đã bị khóa" in said and "Đồng ý" not in csc.phone()
    for ask in (lambda: key.collect(ref, TEXTS), lambda: asked(key, "2"), key.ready):
        with pytest.raises(KeyLocked, match="đã bị khóa"):
            ask()
    assert len(csc.requests()) == 1  # nobody is asked what nobody can confirm


def test_nobody_answers_in_time(certificate, csc, settings, tmp_path):
    with Csc(csc.store, "--seconds", "0.3") as hurried:
        settings.REMOTE_SIGNING_URL = hurried.url
        key = RemoteKey(certificate)
        ref = asked(key)
        time.sleep(0.4)
        with pytest.raises(KeySilent, match="Hết thời gian chờ"):
            key.collect(ref, TEXTS)


def test_an_accepted_request_survives_a_kill_and_is_signed_once(key, csc):
    ref = asked(key)
    csc.kill()
    with pytest.raises(KeyServiceDown, match="không trả lời"):
        key.collect(ref, TEXTS)
    csc.start()
    csc.press()
    csc.kill()
    csc.start()
    signed = key.collect(ref, TEXTS)  # with a new access token: the old one died with the process
    csc.kill()
    csc.start()
    assert key.collect(ref, TEXTS) == signed and csc.requests()[0]["signings"] == 1


@pytest.mark.parametrize(
    ("knobs", "error"),
    [
        ({"line": "down"}, KeyServiceDown),
        ({"line": "silent"}, KeyServiceDown),
        ({"line": "garbage"}, KeyServiceDown),
        ({"line": "endless"}, KeyServiceDown),
        ({"answer": "wrong"}, BadAnswer),
    ],
)
def test_a_service_that_misbehaves_gives_a_sentence_and_later_the_signature(
    key, csc, monkeypatch, knobs, error
):
    ref = asked(key)
    csc.press()
    csc.knobs(**knobs)
    if knobs.get("line") == "silent":
        monkeypatch.setattr(remote, "_TIMEOUT", (1, 0.5))
    begun = time.monotonic()
    with pytest.raises(error):
        key.collect(ref, TEXTS)
    assert time.monotonic() - begun < 8
    if error is KeyServiceDown:
        with pytest.raises(KeyServiceDown):
            asked(key, "2")
    csc.knobs()
    monkeypatch.undo()
    assert len(key.collect(ref, TEXTS)) == 2


def test_a_slow_service_is_waited_for(key, csc):
    csc.knobs(line="slow", seconds=0.5, person="agree")
    assert len(key.collect(asked(key), TEXTS)) == 2


def test_a_person_who_always_refuses(key, csc):
    csc.knobs(person="refuse")
    with pytest.raises(KeyRefused):
        key.collect(asked(key), TEXTS)


def test_a_service_that_is_not_ours(certificate, csc, settings, key_folder):
    settings.REMOTE_SIGNING_SECRET = "sai"
    with pytest.raises(SigningError, match="không nhận yêu cầu"):
        RemoteKey(certificate).ready()
    settings.REMOTE_SIGNING_URL = ""
    with pytest.raises(SigningError, match="chưa được nối"):
        RemoteKey(certificate)
    settings.REMOTE_SIGNING_URL = "http://127.0.0.1:1"
    with pytest.raises(KeyServiceDown):
        RemoteKey(certificate).ready()


def test_another_key_at_the_service_is_noticed(csc, key_folder):
    csc.give("thao", person(key_folder, name="Kẻ Khác"))
    own = person(key_folder, name="Vũ Phương Thảo").row(holder="remote", key_ref="thao")
    with pytest.raises(SigningError, match="chứng thư số khác"):
        RemoteKey(own).ready()


def test_strangers_and_odd_questions_get_nothing(csc):
    api = f"{csc.url}/csc/v2/"
    assert requests.post(f"{api}credentials/list", json={}, timeout=5).status_code == 401
    form = {"grant_type": "client_credentials", "client_id": "hanoi", "client_secret": "bi-mat-thu-nghiem"}
    token = requests.post(f"{api}oauth2/token", data=form, timeout=5).json()["access_token"]
    ours = {"Authorization": f"Bearer {token}"}
    for name, body in [
        ("credentials/info", {"credentialID": "../credentials/x"}),
        ("credentials/authorize", {"credentialID": "thao", "hashes": ["x"], "numSignatures": 1}),
        ("signatures/signHash", {"credentialID": "thao", "SAD": "", "hashes": []}),
        ("signatures/signPolling", {"responseID": ""}),
        ("credentials/list", []),
    ]:
        answer = requests.post(f"{api}{name}", json=body, headers=ours, timeout=5)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), name
    foreign = requests.post(
        f"{csc.url}/phone/answer", data={}, headers={"Origin": "http://x.test"}, timeout=5
    )
    assert foreign.status_code == 403
