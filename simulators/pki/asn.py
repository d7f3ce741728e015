"""Two habits of asn1crypto that its users have to know."""

from typing import TypeVar

from asn1crypto.core import Asn1Value

Value = TypeVar("Value", bound=Asn1Value)

# What it raises, sooner or later, for bytes that are not what they claim to be.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)


def encoded(value: Value) -> Value:
    """The same, read back: what it built is encoded anew for every layer above (20 ms for one time stamp)."""
    return type(value).load(value.dump())


def read_whole(kind: type[Value], data: bytes) -> Value:
    """A value of which every part was read, so that nothing unreadable turns up later. Raises UNREADABLE."""
    value = kind.load(data, strict=True)
    value.native  # noqa: B018 -- reads all of it
    return value
