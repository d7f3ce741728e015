"""Signing in at a provider of OpenID Connect: authorization code, PKCE, state and nonce (OpenID Connect Core §3.1).

Authlib speaks the protocol; here stands what a provider is held to. It must be the issuer that the operator wrote down,
whatever it says of itself; its token must be signed with a key it publishes, be meant for us, be fresh, and answer the
very question this browser was sent with. Providers: a TOML file named by OPENID_PROVIDERS, one table each.
"""

import logging
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from joserfc.errors import JoseError
from requests import RequestException

logger = logging.getLogger(__name__)
ALGORITHMS = [
    "RS256",
    "PS256",
    "ES256",
    "RS384",
    "ES384",
    "RS512",
    "PS512",
]  # never "none", never a shared secret
SECONDS = 10  # a provider has to answer in
LEEWAY = 60  # seconds its clock may differ
METADATA = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class NotVouched(Exception):
    """The provider does not vouch for anybody, or cannot be believed. The text is for the log."""


@dataclass(frozen=True)
class Provider:
    key: str  # in our addresses
    name: str  # on our pages
    issuer: str
    client_id: str
    secret: str


@dataclass(frozen=True)
class Person:
    """Who the provider says it is: `issuer` and `subject` name one person for ever, `name` is for showing only."""

    issuer: str
    subject: str
    name: str


def providers() -> dict[str, Provider]:
    """By key; none while the file cannot be read: the page of passwords must not fall with it."""
    try:
        return configured()
    except (ValueError, OSError) as error:
        logger.error("OPENID_PROVIDERS: %s", error)
        return {}


def configured() -> dict[str, Provider]:
    """ValueError, OSError: the file is not as it must be (told at the start, orgs/checks.py)."""
    path = settings.OPENID_PROVIDERS
    return _read(path, Path(path).stat().st_mtime_ns) if path else {}


def question(request, provider: Provider, callback: str) -> str:
    """The address at the provider to send the browser to; what it must answer is kept in the session."""
    with _Believed():
        client = _client(provider)
        asked = client.create_authorization_url(callback)
        client.save_authorize_data(request, redirect_uri=callback, **asked)
    return asked["url"]


def answer(request, provider: Provider) -> Person:
    """Who has come back. Raises NotVouched."""
    with _Believed():
        client = _client(provider)
        _of_this_issuer(request, client, provider)
        must = {"iss": {"essential": True, "value": provider.issuer}, "sub": {"essential": True}}
        token = client.authorize_access_token(request, claims_options=must, leeway=LEEWAY)
        claims = token.get("userinfo")
        if not claims:
            raise NotVouched("no id_token")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
            raise NotVouched("no subject")  # cut short it might be somebody else
        name = claims.get("name") or claims.get("preferred_username") or subject
        return Person(provider.issuer, subject, str(name)[:100])


class _Believed:
    """Whatever goes wrong on the line or with a token: nobody is vouched for."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        # RuntimeError is Authlib's word for an address that the provider's own description lacks.
        if isinstance(
            error,
            AuthlibBaseError
            | JoseError
            | RequestException
            | ValueError
            | KeyError
            | TypeError
            | RuntimeError,
        ):
            raise NotVouched(f"{type(error).__name__}: {error}") from error


class _Straight(OAuth2Session):
    """Who leads elsewhere is not believed: else the description would not come from the issuer, and our secret and the
    code would go wherever its answer points, also into our own network (ASVS 5, 15.3.2)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.max_redirects = 0  # TooManyRedirects, which is a RequestException


class _App(DjangoOAuth2App):
    client_cls = _Straight


def _client(provider: Provider):
    """Asked for its description anew every time: keys are changed, and a sign-in can wait for two more answers."""
    client = OAuth().register(
        provider.key,
        client_cls=_App,
        client_id=provider.client_id,
        client_secret=provider.secret,
        server_metadata_url=provider.issuer.rstrip("/") + METADATA,
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )
    described = client.load_server_metadata()
    if described.get("issuer") != provider.issuer:
        raise NotVouched(f"describes itself as {described.get('issuer')!r}")
    scheme = urlsplit(provider.issuer).scheme
    if any(urlsplit(described[name]).scheme != scheme for name in ENDPOINTS):
        raise NotVouched("an address of the description is not as safe as the issuer's")
    # What it says it may sign with is not its to choose: "none" would be one.
    described["id_token_signing_alg_values_supported"] = ALGORITHMS
    described.pop("jwks", None)
    return client


def _of_this_issuer(request, client, provider: Provider) -> None:
    """RFC 9207: an answer of another provider is not taken for this one's."""
    said = request.GET.get("iss")
    promised = client.server_metadata.get("authorization_response_iss_parameter_supported") is True
    if (said is not None or promised) and said != provider.issuer:
        raise NotVouched(f"the answer comes from {said!r}")


@lru_cache(maxsize=4)
def _read(path: str, changed: int) -> dict[str, Provider]:
    tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    return {key: _provider(key, table) for key, table in tables.items()}


def _provider(key: str, table: dict) -> Provider:
    try:
        name, issuer, client_id, secret_file = (
            table[word] for word in ("name", "issuer", "client_id", "secret_file")
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"[{key}] lacks {error}") from error
    where = urlsplit(issuer)
    if where.scheme != "https" and where.hostname not in ("127.0.0.1", "localhost"):
        raise ValueError(f"[{key}] issuer must be https")
    if not key.isascii() or not key.replace("-", "").isalnum():
        raise ValueError(f"[{key}] is no word for an address")
    return Provider(key, name, issuer, client_id, Path(secret_file).read_text(encoding="utf-8").strip())
