"""How history is chained and anchored: text and SHA-256, nothing else. Pure, for the audit that needs neither Django
nor a database; documents/migrations/0003 computes the same hashes in SQL."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

_FIRST_LINE = "Hanoi documents: heads of every chain of events, version 1"
_AT = "%Y-%m-%dT%H:%M:%S.%fZ"
_HEAD = re.compile(r"(\d{1,19}) (\d{1,19}) ([0-9a-f]{64})")


class Broken(ValueError):
    """A file that is no anchor, or a line that is no event; the message says what is wrong with it."""


@dataclass(frozen=True)
class Link:
    """One event as it was hashed. `at`: seconds since 1970 with six decimals; `payload`: PostgreSQL's text of it."""

    seq: int
    prev_hash: str
    organisation: int
    document: int
    kind: str
    post: int
    user: int
    at: str
    payload: str
    hash: str

    def computed(self) -> str:
        parts = (
            *(self.seq, self.prev_hash, self.organisation, self.document, self.kind),
            *(self.post, self.user, self.at, self.payload),
        )
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


@dataclass
class Chain:
    """Follows the events of one organisation in order; `heads`: what anchors say of it, {number: hash}."""

    organisation: int
    heads: dict[int, str] = field(default_factory=dict)
    seq: int = 0
    hash: str = ""
    broken: int | None = None  # the first number that no longer holds
    moved: int | None = None  # the first anchored number whose event is not what was anchored
    held: int = 0  # the last anchored number before that

    def follow(self, links: Iterable[Link]) -> "Chain":
        for link in links:
            fits = link.organisation == self.organisation and link.seq == self.seq + 1
            if self.broken is None and not (fits and link.prev_hash == self.hash == self._kept(link)):
                self.broken = min(link.seq, self.seq + 1)
            self._compare(link.seq, link.hash)
            self.seq, self.hash = link.seq, link.hash
        for beyond in sorted(number for number in self.heads if number > self.seq):  # cut off at the end
            self._compare(beyond, "")
        return self

    def _kept(self, link: Link) -> str:
        """The hash before, when the event is what its own hash says; else nothing equals it."""
        return link.prev_hash if link.computed() == link.hash else "changed"

    def _compare(self, seq: int, found: str) -> None:
        anchored = self.heads.get(seq)
        if anchored is None or self.moved is not None:
            return
        if anchored == found:
            self.held = seq
        else:
            self.moved = seq


@dataclass(frozen=True)
class Anchor:
    """The heads of the chains that moved since the anchor `before` (its digest): one stands for all before it.

    `heads`: {organisation: (number, hash)}; `at` in UTC.
    """

    number: int
    at: datetime
    before: str
    heads: dict[int, tuple[int, str]]

    def text(self) -> bytes:
        """What is hashed and stamped; also the file (`openssl ts -verify -token_in -data FILE.txt -in FILE.tst`)."""
        lines = [
            _FIRST_LINE,
            f"number {self.number}",
            f"at {self.at.astimezone(UTC):{_AT}}",
            f"before {self.before or '-'}",
            *(f"{key} {seq} {hash}" for key, (seq, hash) in sorted(self.heads.items())),
        ]
        return ("\n".join(lines) + "\n").encode()

    def digest(self) -> str:
        return hashlib.sha256(self.text()).hexdigest()


def read_anchor(text: bytes) -> Anchor:
    """Raises Broken unless it is exactly what `Anchor.text` writes."""
    try:
        first, number, at, before, *rest = text.decode("ascii").splitlines()
        heads = {int(found[1]): (int(found[2]), found[3]) for found in map(_HEAD.fullmatch, rest)}
        anchor = Anchor(
            int(number.removeprefix("number ")),
            datetime.strptime(at.removeprefix("at "), _AT).replace(tzinfo=UTC),
            before.removeprefix("before ").removeprefix("-"),
            heads,
        )
    except (ValueError, TypeError, IndexError) as error:
        raise Broken("không phải mốc neo") from error
    if anchor.text() != text or first != _FIRST_LINE:
        raise Broken("không phải mốc neo")
    return anchor


def in_folder(folder, *, last: int | None = None) -> Iterator[tuple[str, bytes, bytes]]:
    """The anchors kept in a folder in order: name, text, token (empty: none yet). `last`: only so many."""
    names = sorted(path.name for path in folder.glob("*.txt") if path.stem.isdigit())
    for name in names[-last:] if last else names:
        token = folder / name.replace(".txt", ".tst")
        yield name, (folder / name).read_bytes(), token.read_bytes() if token.exists() else b""


def file_name(number: int) -> str:
    return f"{number:010}.txt"
