#!/usr/bin/env python3
"""The signing agent on the signer's own computer: between the document system's page and the token.

    signing_agent.py --origin https://vanban.example --module /path/to/pkcs11.so [--token LABEL] [--port 9117]

It listens on 127.0.0.1 only, answers pages of that one origin only, asks the person for the PIN itself and keeps
none. It signs nothing but the signed attributes of a CMS signature made for the chosen certificate (RFC 5652 5.4,
RFC 5035): a page cannot make it sign a contract, a login or a bare digest. Needs python-pkcs11 and asn1crypto.

    GET  /certificates            {"certificates": [{"fingerprint", "subject", "certificate"}]}
    POST /sign {"fingerprint", "texts": [base64], "name"}    {"signatures": [base64]}
    errors: {"error": word, "sentence": Vietnamese}
"""

import argparse
import base64
import getpass
import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer

import pkcs11
from asn1crypto import cms, tsp, x509
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ecdsa_signature

MAX_BODY, MAX_TEXTS, MAX_TEXT = 256 * 1024, 50, 4096
# What a PAdES signer signs (ETSI EN 319 142-1 6.3, RFC 6211); anything else is somebody's trick.
KNOWN = {"content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection"}
NEEDED = {"content_type", "message_digest", "signing_certificate_v2"}


class Refused(Exception):
    def __init__(self, word: str, sentence: str, status: int = 400):
        super().__init__(sentence)
        self.word, self.sentence, self.status = word, sentence, status


def check_attributes(text: bytes, certificate: x509.Certificate) -> bytes:
    """The SHA-256 of the document they are about. Raises Refused unless `text` is exactly the DER of the signed
    attributes of a CMS signature by `certificate`."""
    try:
        attributes = cms.CMSAttributes.load(text, strict=True)
        found = {attribute["type"].native: attribute["values"] for attribute in attributes}
        names = [attribute["type"].native for attribute in attributes]
        if len(set(names)) != len(names) or not NEEDED <= set(names) <= KNOWN:
            raise ValueError("attributes")
        if any(len(values) != 1 for values in found.values()):
            raise ValueError("values")
        if sorted(one.dump() for one in attributes) != [one.dump() for one in attributes]:
            raise ValueError("order")
        if found["content_type"][0].native != "data":
            raise ValueError("content type")
        digest = found["message_digest"][0].native
        named = _references(found)[0]
        if len(digest) != 32 or named["hash_algorithm"]["algorithm"].native != "sha256":
            raise ValueError("digest")
        if named["cert_hash"].native != hashlib.sha256(certificate.dump()).digest():
            raise ValueError("certificate")
        if (
            cms.CMSAttributes([cms.CMSAttribute.load(one.dump()) for one in attributes]).dump(force=True)
            != text
        ):
            raise ValueError("encoding")
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        sentence = "Dữ liệu không phải thuộc tính ký của chứng thư này nên không được ký."
        raise Refused("not-attributes", sentence) from error
    return digest


def _references(found: dict) -> tsp.ESSCertIDv2s:
    references: tsp.SigningCertificateV2 = found["signing_certificate_v2"][0]
    return references["certs"]


class Token:
    """The token, opened for each act and closed after it."""

    def __init__(self, module: str, label: str | None):
        self._module, self._label = module, label
        self._lock = threading.Lock()

    def certificates(self) -> list[x509.Certificate]:
        with self._session() as session:
            found = session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
            return [x509.Certificate.load(one[Attribute.VALUE]) for one in found]

    def sign(self, certificate: x509.Certificate, texts: list[bytes], pin: str) -> list[bytes]:
        with self._session(pin) as session:
            key = self._key_of(session, certificate)
            return [_signature(key, text) for text in texts]

    @contextmanager
    def _session(self, pin: str | None = None) -> Iterator[pkcs11.Session]:
        with self._lock:
            try:
                module = pkcs11.lib(self._module)
                module.reinitialize()  # a token pulled out or put in since
                tokens = list(module.get_tokens(token_label=self._label))
                if len(tokens) != 1:
                    raise Refused(
                        "no-token", "Không thấy đúng một thiết bị khóa. Hãy cắm thiết bị rồi thử lại.", 409
                    )
                with tokens[0].open(user_pin=pin) as session:
                    yield session
            except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
                raise Refused("wrong-pin", "Mã PIN không đúng. Văn bản chưa được ký.", 403) from None
            except (pkcs11.PinLocked, pkcs11.PinExpired):
                raise Refused(
                    "locked", "Thiết bị đã bị khóa. Hãy liên hệ đơn vị cấp chứng thư số.", 403
                ) from None
            except pkcs11.PKCS11Error as error:
                print(f"token: {type(error).__name__}", file=sys.stderr, flush=True)
                raise Refused(
                    "token-failed", "Thiết bị khóa báo lỗi. Hãy cắm lại thiết bị rồi thử lại.", 502
                ) from None

    def _key_of(self, session: pkcs11.Session, certificate: x509.Certificate) -> pkcs11.PrivateKey:
        for one in list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
            if one[Attribute.VALUE] == certificate.dump():
                wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: one[Attribute.ID]}
                keys = list(session.get_objects(wanted))
                if len(keys) == 1:
                    return keys[0]
        raise Refused("no-key", "Thiết bị không có khóa của chứng thư này.", 409)


def _signature(key: pkcs11.PrivateKey, text: bytes) -> bytes:
    if key.key_type == KeyType.RSA:
        return bytes(key.sign(text, mechanism=Mechanism.SHA256_RSA_PKCS))
    return encode_ecdsa_signature(key.sign(hashlib.sha256(text).digest(), mechanism=Mechanism.ECDSA))


class Handler(BaseHTTPRequestHandler):
    origin: str
    token: Token
    ask_pin: Callable[[], str]
    acting = threading.Lock()  # one question to the person at a time
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "signing-agent", ""
    timeout = 60

    def do_OPTIONS(self) -> None:
        if self._is_ours():
            self._answer(204, None)

    def do_GET(self) -> None:
        self._act("/certificates", self._certificates)

    def do_POST(self) -> None:
        self._act("/sign", self._sign)

    def _act(self, path: str, act: Callable[[], dict]) -> None:
        if not self._is_ours():
            return
        try:
            if self.path != path:
                raise Refused("no-such-call", "Không có chức năng này.", 404)
            self._answer(200, act())
        except Refused as refused:
            self._answer(refused.status, {"error": refused.word, "sentence": refused.sentence})

    def _is_ours(self) -> bool:
        """The page's origin, and our own name as the browser's address: a foreign name that resolves to this
        computer (DNS rebinding) does not get in."""
        port = self.server.server_address[1]
        host_is_ours = self.headers.get("Host") in (f"127.0.0.1:{port}", f"localhost:{port}")
        if host_is_ours and self.headers.get("Origin") == self.origin:
            return True
        self.close_connection = True
        self._answer(
            403, {"error": "origin", "sentence": "Trang này không được phép dùng thiết bị ký."}, ours=False
        )
        return False

    def _certificates(self) -> dict:
        return {
            "certificates": [
                {
                    "fingerprint": hashlib.sha256(one.dump()).hexdigest(),
                    "subject": one.subject.human_friendly,
                    "certificate": base64.b64encode(one.dump()).decode(),
                }
                for one in self.token.certificates()
            ]
        }

    def _sign(self) -> dict:
        asked = self._body()
        name, fingerprint, texts = asked.get("name"), asked.get("fingerprint"), asked.get("texts")
        if not isinstance(name, str) or not isinstance(texts, list) or not 0 < len(texts) <= MAX_TEXTS:
            raise Refused("bad-request", "Yêu cầu ký không hợp lệ.")
        try:
            texts = [base64.b64decode(text, validate=True) for text in texts]
        except (TypeError, ValueError):
            raise Refused("bad-request", "Yêu cầu ký không hợp lệ.") from None
        if any(len(text) > MAX_TEXT for text in texts):
            raise Refused("bad-request", "Yêu cầu ký không hợp lệ.")
        own = [
            one for one in self.token.certificates() if hashlib.sha256(one.dump()).hexdigest() == fingerprint
        ]
        if not own:
            raise Refused(
                "no-key", "Thiết bị đang cắm không có chứng thư số cần dùng. Hãy cắm đúng thiết bị.", 409
            )
        digests = [check_attributes(text, own[0]) for text in texts]
        with self.acting:
            self._show(name, own[0], digests)
            pin = self.ask_pin()
            if not pin:
                raise Refused("refused", "Bạn đã không nhập mã PIN nên văn bản chưa được ký.", 403)
            signatures = self.token.sign(own[0], texts, pin)
        print("Đã ký.", file=sys.stderr, flush=True)
        return {"signatures": [base64.b64encode(one).decode() for one in signatures]}

    def _show(self, name: str, certificate: x509.Certificate, digests: list[bytes]) -> None:
        plain = "".join(letter for letter in name if letter.isprintable())[:300]
        lines = [
            f"Trang {self.origin} xin ký:",
            f"  {plain}",
            f"  chứng thư: {certificate.subject.human_friendly}",
        ]
        lines += [f"  mã băm SHA-256 của phần được ký: {digest.hex()}" for digest in digests]
        print("\n".join(lines), file=sys.stderr, flush=True)

    def _body(self) -> dict:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BODY:
            self.close_connection = True
            raise Refused("bad-request", "Yêu cầu ký không hợp lệ.", 413)
        raw = self.rfile.read(int(length))
        # JSON only: that makes the browser ask first (preflight), also for the allowed origin's old forms.
        if self.headers.get_content_type() != "application/json":
            raise Refused("bad-request", "Yêu cầu ký không hợp lệ.", 415)
        try:
            asked = json.loads(raw)
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            raise Refused("bad-request", "Yêu cầu ký không hợp lệ.")
        return asked

    def _answer(self, status: int, answer: dict | None, *, ours: bool = True) -> None:
        body = b"" if answer is None else json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        if ours:
            self.send_header("Access-Control-Allow-Origin", self.origin)
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
            self.send_header("Access-Control-Max-Age", "600")
            if self.headers.get("Access-Control-Request-Private-Network") == "true":
                self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Vary", "Origin")
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if body:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing of a request is written anywhere."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        # Not HTTPServer's: it asks the name service who we are.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]


def _terminal() -> str:
    return getpass.getpass("Mã PIN (để trống là từ chối): ", stream=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description="Tác nhân ký số trên máy người ký")
    parser.add_argument("--origin", required=True, help="the document system, e.g. https://vanban.example")
    parser.add_argument("--module", required=True, help="path of the token's PKCS#11 library")
    parser.add_argument("--token", help="label of the token; without it the only one that is plugged in")
    parser.add_argument("--port", type=int, default=9117, help="0 takes a free one; the address is printed")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--pin-file", type=Path, help="read the PIN anew from this file for each act, ask nobody"
    )
    where.add_argument("--pin-fd", type=int, help="read the PIN once from this open file, ask nobody")
    options = parser.parse_args()
    if options.pin_fd is not None:
        with os.fdopen(options.pin_fd) as file:
            pin = file.readline().rstrip("\r\n")
        ask: Callable[[], str] = lambda: pin  # noqa: E731
    elif options.pin_file:
        ask = lambda: options.pin_file.read_text().rstrip("\r\n")  # noqa: E731
    else:
        ask = _terminal
    own = {
        "origin": options.origin.rstrip("/"),
        "token": Token(options.module, options.token),
        "ask_pin": staticmethod(ask),
    }
    server = Server(("127.0.0.1", options.port), type("Bound", (Handler,), own))
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
