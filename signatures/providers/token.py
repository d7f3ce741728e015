"""A key in a PKCS#11 token at the server (OASIS PKCS#11 v2.40): the PIN comes with the act and leaves with it.

One act at a time on this machine, each with a session of its own. A module knows a single login per process, so
a second session beside it would sign without having shown a PIN; and not every module bears two processes at once.
The module is loaded in the process that uses it, never before a fork.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pkcs11
from asn1crypto import x509
from django.conf import settings
from django.views.decorators.debug import sensitive_variables
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11.util.ec import encode_ecdsa_signature

from signatures.errors import SigningError
from signatures.models import Certificate
from signatures.providers.errors import BadAnswer, KeyLocked, TokenMissing, WrongPin
from signatures.providers.raw import is_right
from signatures.providers.rows import identity_of

_NO_MODULE = "Máy chủ chưa nối được với thiết bị khóa. Hãy báo quản trị hệ thống."
_NO_TOKEN = "Không thấy thiết bị khóa “{}”. Hãy cắm lại thiết bị rồi ký lại."
_NO_KEY = "Thiết bị khóa không có khóa của chứng thư số này. Hãy báo quản trị hệ thống."
_LOST = "Mất liên lạc với thiết bị khóa khi đang ký. Văn bản chưa được ký; hãy cắm lại thiết bị rồi ký lại."
_FAILED = (
    "Thiết bị khóa báo lỗi nên văn bản chưa được ký. Hãy thử lại; nếu vẫn lỗi, hãy báo quản trị hệ thống."
)
_GONE = (
    pkcs11.DeviceRemoved, pkcs11.TokenNotPresent, pkcs11.TokenNotRecognised, pkcs11.SessionClosed,
    pkcs11.SessionHandleInvalid, pkcs11.UserNotLoggedIn, pkcs11.SlotIDInvalid,
)  # fmt: skip
_loaded_in: dict[str, int] = {}  # module → the process that has it loaded


class TokenKey:
    """`key_ref` of the certificate is "token-label/key-label"; the PIN is what the person typed just now."""

    def __init__(self, certificate: Certificate, pin: str):
        self.identity = identity_of(certificate)
        self._token, _, self._key = certificate.key_ref.partition("/")
        self._pin = pin

    def __repr__(self) -> str:
        return f"<TokenKey {self._token}/{self._key}>"

    def ready(self) -> None:
        """Logs in and finds the key, so that a wrong PIN is known before anything is written."""
        with self._session() as session:
            self._find(session)

    def sign(self, texts: Sequence[bytes]) -> list[bytes]:
        """Raises WrongPin, KeyLocked, TokenMissing, SigningError. Every signature is checked before it is given."""
        with self._session() as session:
            key = self._find(session)
            signed = [(text, _sign(key, text)) for text in texts]
        if not all(is_right(self.identity, *pair) for pair in signed):
            raise BadAnswer
        return [signature for _, signature in signed]

    @contextmanager
    def _session(self) -> Iterator[pkcs11.Session]:
        if not self._pin:
            raise SigningError("Hãy nhập mã PIN của thiết bị khóa.")
        with _one_at_a_time():
            token = _token(self._token)
            try:
                with _opened(token, self._pin) as session:
                    yield session
            except _GONE:
                raise TokenMissing(_LOST) from None
            except pkcs11.PKCS11Error as error:
                raise SigningError(_FAILED) from error

    def _find(self, session: pkcs11.Session) -> pkcs11.PrivateKey:
        """By its label, else by the id of the certificate's public key: some tokens label nothing."""
        wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: self._key}
        found = list(session.get_objects(wanted))
        if len(found) != 1:
            identifier = _key_id(self.identity.certificate)
            wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: identifier}
            found = list(session.get_objects(wanted))
        if len(found) != 1:
            raise TokenMissing(_NO_KEY)
        return found[0]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Among threads and processes alike: every holder has a file description of its own."""
    with open(Path(settings.STATE_DIR) / "token.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:  # not left to closing: a child forked meanwhile has it open too
            fcntl.flock(file, fcntl.LOCK_UN)


@sensitive_variables("pin")
def _opened(token: pkcs11.Token, pin: str) -> pkcs11.Session:
    try:
        return token.open(user_pin=pin)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        flags = _flags_now(token)
        if TokenFlag.USER_PIN_LOCKED in flags:
            raise KeyLocked from None
        raise WrongPin(final=TokenFlag.USER_PIN_FINAL_TRY in flags) from None
    except (pkcs11.PinLocked, pkcs11.PinExpired):
        raise KeyLocked from None
    except pkcs11.UserPinNotInitialized:
        raise KeyLocked(setup=True) from None


def _flags_now(token: pkcs11.Token) -> TokenFlag:
    """The token object remembers how it stood before the PIN was tried."""
    try:
        return token.slot.get_token().flags
    except pkcs11.PKCS11Error:
        return token.flags


def _token(label: str) -> pkcs11.Token:
    found = list(_module().get_tokens(token_label=label))
    if not found:
        raise TokenMissing(_NO_TOKEN.format(label))
    if len(found) > 1:
        raise TokenMissing(f"Có hai thiết bị khóa cùng tên “{label}”. Hãy rút bớt một thiết bị.")
    return found[0]


def _module():
    """The module, loaded anew for a forked child and for a token that was pulled out or put in since."""
    path = settings.PKCS11_MODULE
    if not path:
        raise TokenMissing(_NO_MODULE)
    try:
        if _loaded_in.get(path) != os.getpid():
            if path in _loaded_in:
                pkcs11.unload(path)
            module = pkcs11.lib(path)
            _loaded_in[path] = os.getpid()
            return module
        module = pkcs11.lib(path)
        module.reinitialize()  # nobody else holds a session: all of them live under our lock
        return module
    except pkcs11.PKCS11Error as error:
        _loaded_in.pop(path, None)
        raise TokenMissing(_NO_MODULE) from error


def _sign(key: pkcs11.PrivateKey, text: bytes) -> bytes:
    if key.key_type == KeyType.RSA:
        return bytes(key.sign(text, mechanism=Mechanism.SHA256_RSA_PKCS))
    if key.key_type == KeyType.EC:
        # Many tokens know no combined mechanism for EC: the digest is made here.
        return encode_ecdsa_signature(key.sign(hashlib.sha256(text).digest(), mechanism=Mechanism.ECDSA))
    raise SigningError("Thiết bị giữ một loại khóa không dùng để ký văn bản được.")


def _key_id(certificate: x509.Certificate) -> bytes:
    return certificate.key_identifier or certificate.public_key.sha1
