"""WebAuthn: what is asked of the browser, and what its answer proves. The ceremony of one page is one challenge.

The site is the address the page was opened at (its host is one of ALLOWED_HOSTS): a key made for another site never
answers here, which is what makes it safe against look-alike pages.

A key proves who sits there only when it has asked him itself, by a PIN, a finger or a face (user verification): where one
proves again it is the only thing asked, and a key left in a computer would let the neighbour sign.
"""

import ipaddress
import json
import logging
import time
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from orgs.models import Passkey, User

logger = logging.getLogger(__name__)
SESSION_KEY = "passkey"  # [challenge, second of the epoch]
LASTS = 5 * 60  # seconds a challenge may be answered in
NAME = "Văn bản Hà Nội"
MOST = 64 * 1024  # characters of an answer; real ones have a few thousand


class NotProven(Exception):
    """The answer of the browser proves nothing."""


def possible(request) -> bool:
    """Keys belong to names: a site opened by its bare address has none (WebAuthn, relying party identifier)."""
    try:
        ipaddress.ip_address(_site(request)[0].strip("[]"))
    except ValueError:
        return True
    return False


def to_register(request, user: User) -> str:
    """Options for navigator.credentials.create, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=_site(request)[0],
        rp_name=NAME,
        user_id=f"account:{user.pk}".encode(),
        user_name=user.username,
        user_display_name=str(user),
        exclude_credentials=_known(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    _remember(request, options.challenge)
    return webauthn.options_to_json(options)


def registered(request, answer: str):
    """The key that was made: `credential_id`, `credential_public_key`, `sign_count`. Raises NotProven."""
    rp_id, origin = _site(request)
    with _Judged():
        return webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=_challenge(request),
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
        )


def to_answer(request, user: User) -> str:
    """Options for navigator.credentials.get, as JSON; empty for who has no key, or where none can answer."""
    known = _known(user) if possible(request) else []
    if not known:
        return ""
    options = webauthn.generate_authentication_options(
        rp_id=_site(request)[0],
        allow_credentials=known,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(request, options.challenge)
    return webauthn.options_to_json(options)


def answered(request, user: User, answer: str) -> tuple[Passkey, int]:
    """Which of the person's keys has answered, and its new counter. Raises NotProven."""
    rp_id, origin = _site(request)
    with _Judged():
        credential = _read(answer)
        rawid = base64url_to_bytes(credential["rawId"])
    key = user.passkeys.filter(credential_id=rawid).first()
    if key is None:
        raise NotProven("not a key of this person")
    with _Judged():
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=_challenge(request),
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    return key, verified.new_sign_count


class _Judged:
    """Whatever a made-up answer breaks on its way through three parsers, it proves nothing."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, Exception) and not isinstance(error, NotProven):
            logger.info("a passkey's answer was refused: %s: %s", type(error).__name__, error)
            raise NotProven(str(error)) from error


def _read(answer: str) -> dict:
    if len(answer) > MOST:
        raise NotProven("too long")
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise NotProven("no object")
    return read


def _site(request) -> tuple[str, str]:
    """Identifier and origin of this site."""
    parts = urlsplit(request.build_absolute_uri("/"))
    return parts.hostname or "", f"{parts.scheme}://{parts.netloc}"


def _known(user: User) -> list[PublicKeyCredentialDescriptor]:
    ids = user.passkeys.order_by("pk").values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=bytes(one)) for one in ids]


def _remember(request, challenge: bytes) -> None:
    request.session[SESSION_KEY] = [bytes_to_base64url(challenge), int(time.time())]


def _challenge(request) -> bytes:
    """Once only: an answer heard twice is an answer to nothing."""
    challenge, at = request.session.pop(SESSION_KEY, ["", 0])
    if not 0 <= time.time() - at <= LASTS:
        raise NotProven("no question was asked, or too long ago")
    return base64url_to_bytes(challenge)
