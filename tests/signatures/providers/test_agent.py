"""The reference signing agent as a real process on SoftHSM2: what it signs, and for whom it does not."""

import base64
import hashlib
import socket

import pytest
import requests
from asn1crypto import cms, core

from documents import blobs
from documents.layout.fields import PERSON
from signatures import pades
from signatures.cms import signed_attributes
from signatures.providers import Identity
from signatures.providers.raw import is_right
from signatures.providers.rows import identity_of
from signatures.verification import intact_signature
from tests.documents.outgoing_cases import brought
from tests.signatures.agent_process import Agent
from tests.signatures.key_cases import person
from tests.signatures.softhsm import PIN

ORIGIN = "https://vanban.example"
OURS = {"Origin": ORIGIN}


@pytest.fixture(params=["rsa", "ec"])
def held(request, hsm, key_folder):
    found = person(key_folder, request.param)
    hsm.token("nguoiky")
    hsm.put("nguoiky", "khoa", found)
    return found


@pytest.fixture
def agent(hsm, held):
    with Agent(hsm, ORIGIN) as running:
        yield running


def identity(held) -> Identity:
    return identity_of(held.row(holder="agent", key_ref=""))


def body(held, *texts: bytes, **changes) -> dict:
    own = {
        "fingerprint": hashlib.sha256(identity(held).certificate.dump()).hexdigest(),
        "texts": [base64.b64encode(text).decode() for text in texts],
        "name": "Công văn 12/SNV\x1b[2J",
    }
    return own | changes


def sign(agent, asked, **headers):
    return requests.post(f"{agent.url}/sign", json=asked, headers=OURS | headers, timeout=20)


def attributes(held) -> bytes:
    return signed_attributes(identity(held), hashlib.sha256(b"van ban").digest())


def test_it_offers_its_certificates_and_signs_attributes(agent, held):
    found = requests.get(f"{agent.url}/certificates", headers=OURS, timeout=10).json()["certificates"]
    assert [one["fingerprint"] for one in found] == [body(held)["fingerprint"]]
    text = attributes(held)
    answer = sign(agent, body(held, text, text))
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    signatures = [base64.b64decode(one) for one in answer.json()["signatures"]]
    assert len(signatures) == 2 and all(is_right(identity(held), text, one) for one in signatures)
    shown = agent.heard.read_text()
    assert "Công văn 12/SNV" in shown and hashlib.sha256(b"van ban").hexdigest() in shown
    assert "\x1b" not in shown and PIN not in shown


def test_its_signature_goes_into_a_paper(agent, held, office, now):
    pdf = blobs.read(brought(office, "format_checked").current_file().blob)
    pending = pades.begin_certify(pdf, identity(held), at=now)
    (raw,) = sign(agent, body(held, pending.attributes)).json()["signatures"]
    assert intact_signature(pades.finish(pending, identity(held), base64.b64decode(raw)), PERSON)


def _other(held, **changes) -> bytes:
    """The attributes with something else in them, well encoded."""
    found = cms.CMSAttributes.load(attributes(held))
    kept = [one for one in found if one["type"].native not in changes]
    kept += [value for value in changes.values() if value is not None]
    return cms.CMSAttributes(sorted(kept, key=lambda one: one.dump())).dump()


def test_it_is_no_oracle(agent, held, key_folder):
    good = attributes(held)
    stranger = person(key_folder, name="Kẻ Khác")
    foreign = signed_attributes(identity(stranger), bytes(32))
    time_said = cms.CMSAttribute(
        {"type": "signing_time", "values": [cms.Time({"utc_time": core.UTCTime("261101000000Z")})]}
    )
    other_type = cms.CMSAttribute({"type": "content_type", "values": ["signed_data"]})
    refused = {
        "a digest": bytes(32),
        "a text": b"Toi dong y chuyen tien",
        "a TLS certificate-verify": b" " * 64 + b"TLS 1.3, client CertificateVerify\x00" + bytes(32),
        "nothing": b"",
        "another's attributes": foreign,
        "no certificate named": _other(held, signing_certificate_v2=None),
        "no digest": _other(held, message_digest=None),
        "something more": _other(held, signing_time=time_said),
        "another content": _other(held, content_type=other_type),
        "bytes behind": good + b"x",
        "cut": good[:-1],
        "a sequence": b"\x30" + good[1:],
        "twice the same": b"\x31\x82"
        + (2 * len(good) - 8).to_bytes(2, "big")
        + (good[4:] if good[1] == 0x82 else good[3:]) * 2,
    }
    for what, text in refused.items():
        answer = sign(agent, body(held, text))
        assert (answer.status_code, answer.json()["error"]) == (400, "not-attributes"), what
    assert sign(agent, body(held, good, b"x")).status_code == 400  # none of a set when one is wrong
    assert "Đã ký" not in agent.heard.read_text()


def test_only_the_one_origin_under_our_own_name(agent, held):
    asked = body(held, attributes(held))
    for headers in (
        {"Origin": "https://vanban.example.evil.test"},
        {"Origin": "http://vanban.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Host": "vanban.example"},
        {"Host": "evil.test:80"},
    ):
        answer = sign(agent, asked, **headers)
        assert answer.status_code == 403 and "Access-Control-Allow-Origin" not in answer.headers, headers
    assert requests.get(f"{agent.url}/certificates", timeout=10).status_code == 403
    preflight = requests.options(
        f"{agent.url}/sign", timeout=10,
        headers=OURS | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"},
    )  # fmt: skip
    assert (
        preflight.status_code == 204 and preflight.headers["Access-Control-Allow-Private-Network"] == "true"
    )
    assert (
        requests.options(f"{agent.url}/sign", headers={"Origin": "http://x.test"}, timeout=10).status_code
        == 403
    )


def test_odd_requests_are_answered(agent, held):
    for changes in ({"texts": []}, {"texts": ["%"]}, {"texts": "x"}, {"name": 1}, {"texts": ["QUJD"] * 51}):
        assert sign(agent, body(held, b"x") | changes).json()["error"] == "bad-request", changes
    assert sign(agent, body(held, attributes(held), fingerprint="00")).json()["error"] == "no-key"
    for sent, status in (
        ({"data": "texts=1"}, 415),
        ({"data": b"[1]", "headers": OURS | {"Content-Type": "application/json"}}, 400),
    ):
        assert (
            requests.post(f"{agent.url}/sign", timeout=10, **({"headers": OURS} | sent)).status_code == status
        )
    assert requests.get(f"{agent.url}/sign", headers=OURS, timeout=10).status_code == 404


def test_a_wrong_pin_no_pin_and_no_token(agent, held, hsm):
    asked = body(held, attributes(held))
    agent.pin_file.write_text("482915")
    assert sign(agent, asked).json()["error"] == "wrong-pin"
    agent.pin_file.write_text("")
    assert sign(agent, asked).json()["error"] == "refused"
    agent.pin_file.write_text(PIN)
    hsm.pull_out()
    assert sign(agent, asked).json()["error"] == "no-token"
    hsm.put_back()
    assert sign(agent, asked).status_code == 200
    assert "482915" not in agent.heard.read_text()


def test_it_listens_on_this_computer_only(agent):
    port = int(agent.url.rsplit(":", 1)[1])
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), timeout=2)
