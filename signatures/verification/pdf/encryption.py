"""Files that anybody may open but whose editing is restricted: encrypted with an empty password (ISO 32000-2, 7.6)."""

import io
import os

from pyhanko.pdf_utils.crypt import AuthStatus, StandardSecurityHandler
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from .syntax import Ref, Stream

# No text begins so: what cannot be decrypted is never like something that can.
_DAMAGED = os.urandom(16)


class NeedsPassword(Exception):
    """Only somebody who knows a password, or holds a key, can open the file."""


class Encryption:
    """The key that the empty password gives. Raises NeedsPassword when it gives none."""

    def __init__(self, data: bytes, dictionary: object):
        try:
            reader = PdfFileReader(io.BytesIO(data), strict=False)
            handler = reader.security_handler
            if not isinstance(handler, StandardSecurityHandler):
                raise NeedsPassword
            if reader.decrypt("").status == AuthStatus.FAILED:
                raise NeedsPassword
            self._strings, self._streams = handler.get_string_filter(), handler.get_stream_filter()
            self._plain_metadata = not handler.encrypt_metadata
        except (PdfError, ValueError, KeyError, TypeError, AttributeError, NotImplementedError) as error:
            raise NeedsPassword from error
        self._own = dictionary.num if isinstance(dictionary, Ref) else None

    def opened(self, value: object, holder: Ref) -> object:
        """The value with its strings, and its stream, in clear. A signature's value never was encrypted."""
        if holder.num == self._own:
            return value
        if isinstance(value, Stream):
            entries = self._clear(value.entries, self._strings.derive_object_key(*holder))
            kind = value.entries.get("Type")
            # With a filter of its own for this (7.4.10) it may lie there in clear: compared as it lies there.
            own = any(word in str(value.entries.get("Filter")) for word in ("Crypt", "Ref("))
            if kind == "XRef" or own or (kind == "Metadata" and self._plain_metadata):
                return Stream(entries, value.raw)
            key = self._streams.derive_object_key(*holder)
            return Stream(entries, memoryview(self._decrypt(self._streams, key, bytes(value.raw))))
        return self._clear(value, self._strings.derive_object_key(*holder))

    def _clear(self, value: object, key: bytes) -> object:
        if isinstance(value, bytes):
            return self._decrypt(self._strings, key, value)
        if isinstance(value, dict):
            signature = "ByteRange" in value
            return {k: v if signature and k == "Contents" else self._clear(v, key) for k, v in value.items()}
        if isinstance(value, list):
            return [self._clear(one, key) for one in value]
        return value

    @staticmethod
    def _decrypt(known, key: bytes, data: bytes) -> bytes:
        try:
            return known.decrypt(key, data)
        except (PdfError, ValueError):
            return _DAMAGED + data  # compared as it lies there
