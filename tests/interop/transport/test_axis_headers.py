"""The signature of a call: what the SDK sends, and what a receiver of it refuses."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from interop.transport.axis_headers import BadSignature, check, file_hash, parse_moment, sign, stamp

NOW = datetime(2026, 11, 2, 20, 5, 9, 42_000, tzinfo=UTC)


def signed(**params):
    return sign(params, system_id="H26", secret="s", content_type="application/json", at=NOW)


def checked(headers, at=NOW):
    return check(headers, secret_of={"H26": "s"}.get, at=at)


def test_stamp_is_vietnamese_time_with_four_digits_of_milliseconds():
    assert stamp(NOW) == "03112026T030509+0042"


def test_file_hash_prints_small_bytes_without_a_zero():
    texts = (str(number).encode() for number in range(1000))
    package = next(text for text in texts if any(byte < 16 for byte in hashlib.sha256(text).digest()))
    assert file_hash(package) == "".join(format(byte, "x") for byte in hashlib.sha256(package).digest())
    assert len(file_hash(package)) < 64


def test_headers_are_those_of_the_sdk():
    headers = signed(docId="5beb", status="done")
    text = headers["XroadVnpt-sign-header"]
    assert json.loads(text) == {
        "XroadVnpt-timestamp": "03112026T030509+0042",
        "XroadVnpt-systemid": "H26",
        "XroadVnpt-Content-Type": "application/json",
        "XroadVnpt-docId": "5beb",
        "XroadVnpt-status": "done",
    }
    assert headers["XroadVnpt-sign-header-key"] == ";".join(json.loads(text))
    assert headers["XroadVnpt-hash-header"] == hmac.new(b"s", text.encode(), hashlib.sha256).hexdigest()
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == "JAVASDKAgent/1.0.0 XRoad/VPCP"
    assert headers["XroadVnpt-version"] == "3.0.201608"
    assert " " not in text


def test_what_was_signed_comes_back_and_nothing_else():
    headers = signed(docId="5beb") | {"XroadVnpt-status": "done"}
    assert checked(headers)["docId"] == "5beb"
    assert "status" not in checked(headers)


@pytest.mark.parametrize("name", ["XroadVnpt-docId", "XroadVnpt-sign-header-key", "XroadVnpt-hash-header"])
def test_a_changed_header_is_refused(name):
    headers = signed(docId="5beb")
    with pytest.raises(BadSignature):
        checked(headers | {name: headers[name] + "0"})


@pytest.mark.parametrize("text", ["", "[]", "{", '{"docId":"1"}', '{"XroadVnpt-docId":1}'])
def test_a_sign_header_that_is_none_is_refused(text):
    with pytest.raises(BadSignature):
        checked(signed() | {"XroadVnpt-sign-header": text})


def test_another_secret_and_another_system_are_refused():
    other = sign({}, system_id="H26", secret="x", content_type="application/json", at=NOW)
    unknown = sign({}, system_id="H99", secret="s", content_type="application/json", at=NOW)
    for headers in (other, unknown):
        with pytest.raises(BadSignature, match="SecretKey"):
            checked(headers)


def test_a_call_is_good_for_fifteen_minutes():
    assert checked(signed(), at=NOW + timedelta(minutes=14, seconds=59))
    for late in (timedelta(minutes=15, seconds=1), timedelta(minutes=-16)):
        with pytest.raises(BadSignature, match="Timestamp"):
            checked(signed(), at=NOW + late)


@pytest.mark.parametrize("value", ["Hà Nội", "a\r\nX-Evil: 1", "\x00"])
def test_values_that_are_not_printable_ascii_cannot_be_signed(value):
    with pytest.raises(ValueError, match="ASCII"):
        signed(docId=value)


def test_moments_of_the_axis():
    moment = datetime(2026, 11, 2, 20, 5, 9, tzinfo=UTC)
    for text in ("03/11/2026 03:05:09", "2026/11/03 03:05:09", "2026-11-03 03:05:09.0"):
        assert parse_moment(text) == moment
    assert parse_moment("hôm qua") is None
    assert parse_moment("") is None
