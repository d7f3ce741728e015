"""The heads of all chains of events, made one value and time-stamped each hour, and compared with what is there.

Who owns the database can rewrite an event, every hash after it and the rows of this floor. He cannot make the files
kept apart fit, nor the stamps: `check` reads both. What the machine's root may do as well is in docs/decisions/0009.
"""

import os
from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import chain as joined
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from documents import chain, stamps
from documents.audit import rewritten
from documents.blobs import write
from documents.models import ChainHead, Event
from orgs.models import Organisation
from signatures.errors import ServiceDown
from signatures.models import Anchor, AnchoredHead, AnchorStamp
from signatures.services import Services, configured
from signatures.trust import both

RECENT = 48  # files read at each hour; the daily look reads all
LATE = timedelta(days=1)  # stamps so late are an alarm
_LOCK = 0x616E6368  # of PostgreSQL's advisory locks: one anchor at a time
# A head that has moved since it was last anchored.
_MOVED = """
SELECT c.organisation_id, c.seq, c.hash FROM documents_chainhead c WHERE NOT EXISTS (
  SELECT FROM signatures_anchoredhead h
  WHERE h.organisation_id = c.organisation_id AND h.seq = c.seq AND h.hash = c.hash)
"""
_UNLIKE = """
SELECT DISTINCT h.organisation_id FROM {heads} LEFT JOIN documents_event e USING (organisation_id, seq)
WHERE e.hash IS DISTINCT FROM h.hash
"""
_KEPT = "signatures_anchoredhead h"
_GIVEN = "unnest(%s::bigint[], %s::bigint[], %s::text[]) h (organisation_id, seq, hash)"
Heads = list[tuple[int, int, str]]


def folder() -> Path:
    return Path(settings.STATE_DIR) / "anchors"


def hourly(*, at: datetime, services: Services | None = None) -> dict:
    """Compares, then anchors and stamps: what was rewritten is told before it is anchored itself."""
    broken = check(last=RECENT)
    made = anchor(at=at)
    done, waiting = stamp_waiting(at=at, services=services)
    late = settings.TSA_URL and Anchor.objects.filter(stamp=None, at__lt=at - LATE).exists()
    told = _told(broken, anchor=made.number, stamped=done, waiting=waiting)
    return told | {"ok": False, "problem": told["problem"] or waiting} if late else told


def daily() -> dict:
    """Every chain computed again outside the database, every anchor and stamp."""
    broken, bodies, events = check(), 0, 0
    for head in ChainHead.objects.select_related("organisation"):
        # The end too: what was cut off leaves a head without an event.
        found = chain.Chain(head.pk, {head.seq: head.hash})
        with transaction.atomic():
            found.follow(Event.objects.links(head.pk))
        bodies, events = bodies + 1, events + found.seq
        if found.broken or found.moved:
            place = found.broken or found.held + 1
            broken.append(f"Lịch sử của {head.organisation}: chuỗi sự kiện đứt ở số {place}.")
    return _told(broken, organisations=bodies, events=events, anchors=Anchor.objects.count())


def _told(broken: list[str], **numbers) -> dict:
    first = next(iter(broken), "")
    return {"ok": not broken, **numbers, "problem": first, "first_broken": first, "broken": broken[:20]}


def anchor(*, at: datetime) -> Anchor:
    """Writes down where every chain stands; also when none has moved: that nothing happened is then proven too."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        _complete()
        number, before = _last()
        cursor.execute(_MOVED)
        heads = cursor.fetchall()
        new = chain.Anchor(number + 1, at, before, {key: (seq, hash) for key, seq, hash in heads})
        row = Anchor.objects.create(number=new.number, at=at, before=before, digest=new.digest())
        AnchoredHead.objects.bulk_create(
            [AnchoredHead(anchor=row, organisation_id=key, seq=seq, hash=hash) for key, seq, hash in heads]
        )
        # On the disk before the row is committed, under its name after that: a crash leaves no anchor in the folder
        # that the database does not know.
        write(_part(new.number), [new.text()])
        transaction.on_commit(partial(os.replace, _part(new.number), _file(new.number)))
    return row


def _last() -> tuple[int, str]:
    """Number and digest of the newest anchor, of the database or of the folder: after a restore the folder is ahead."""
    row = Anchor.objects.last()
    found = [(row.number, row.digest)] if row else []
    for _, text, _ in chain.in_folder(folder(), last=1):
        try:
            found.append((chain.read_anchor(text).number, sha256(text).hexdigest()))
        except chain.Broken:  # `check` tells
            continue
    return max(found, default=(0, ""))


def _complete() -> None:
    """What was interrupted between the commit and the name of the file."""
    for part in folder().glob("*.part"):
        number = int(part.stem)
        if Anchor.objects.filter(number=number, digest=sha256(part.read_bytes()).hexdigest()).exists():
            os.replace(part, _file(number))
        else:
            part.unlink()


def stamp_waiting(*, at: datetime, services: Services | None = None) -> tuple[int, str]:
    """Stamps what has no stamp, the oldest first; how many, and a sentence when some still wait.

    After a day without the service all of them get theirs at once; each says itself when that was.
    """
    services, done = services or configured(), 0
    try:
        for row in Anchor.objects.filter(stamp=None).prefetch_related("heads").iterator(chunk_size=100):
            token = services.stamp(row.text())
            # Of two workers the first keeps his.
            AnchorStamp.objects.bulk_create(
                [AnchorStamp(anchor=row, token=token, at=at)], ignore_conflicts=True
            )
            done += 1
    except ServiceDown as error:
        return done, _waiting(str(error))
    finally:
        _keep_tokens()
    return done, ""


def _waiting(reason: str) -> str:
    left = Anchor.objects.filter(stamp=None)
    since = timezone.localtime(left.first().at)
    return f"{left.count()} mốc neo chưa có dấu thời gian, từ {since:%H:%M %d/%m/%Y}. {reason}"


def _keep_tokens() -> None:
    """The newest stamps into the folder as well. A token proves itself, wherever it comes from."""
    for row in AnchorStamp.objects.order_by("-at", "-pk")[: 10 * RECENT]:
        path = _file(row.pk).with_suffix(".tst")
        if not path.exists():
            write(path, [bytes(row.token)])


def check(*, last: int | None = None) -> list[str]:
    """A sentence for each thing that is not as it was anchored; every anchor of the database, and the `last` files
    of the folder (None: all) with their stamps."""
    look = _Folder(dict(Anchor.objects.values_list("number", "digest")))
    for name, text, token in chain.in_folder(folder(), last=last):
        look.at(name, text, token)
    look.end(whole=last is None)
    return [*_rewritten(look.heads), *look.broken]


class _Folder:
    """Goes through the files kept apart, in order. `known`: the database's digests by number."""

    def __init__(self, known: dict[int, str]):
        self.known, self.heads, self.broken = known, [], []
        self._seen, self._strangers, self._before = set(), [], None
        self._roots, self._others = (
            [one for data in some for one in stamps.certificates(data)] for some in both()
        )

    def at(self, name: str, text: bytes, token: bytes) -> None:
        before, self._before = self._before, None
        try:
            found = chain.read_anchor(text)
        except chain.Broken:
            self.broken.append(f"Tệp {name} trong thư mục mốc neo đã hỏng hoặc bị sửa.")
            return
        self._before = found
        self._seen.add(found.number)
        self.heads += [(key, seq, hash) for key, (seq, hash) in found.heads.items()]
        if self.known.get(found.number) != found.digest():
            there = found.number in self.known
            how = "khác tệp giữ riêng" if there else "đã mất, chỉ còn trong tệp giữ riêng"
            self.broken.append(f"Mốc neo số {found.number} trong cơ sở dữ liệu {how}.")
        if before is not None and found.before != before.digest():
            self.broken.append(f"Mốc neo số {found.number} không nối tiếp mốc trước nó.")
        if token:
            self._stamp(found.number, text, token)

    def _stamp(self, number: int, text: bytes, token: bytes) -> None:
        try:
            found = stamps.check(token, text, trusted=self._roots, others=self._others)
        except stamps.BadStamp as error:
            self.broken.append(f"Mốc neo số {number}: {error}.")
            return
        if not found.trusted:
            self._strangers.append(number)

    def end(self, *, whole: bool) -> None:
        first = 0 if whole else min(self._seen, default=0)
        missing = sorted(number for number in self.known if number >= first and number not in self._seen)
        if missing:
            self.broken.append(f"Thư mục mốc neo thiếu {len(missing)} tệp, từ số {missing[0]}.")
        if self._strangers:
            self.broken.append(
                f"Dấu thời gian của {len(self._strangers)} mốc neo, từ số {self._strangers[0]}, không dẫn tới cơ"
                " quan chứng thực được tin cậy."
            )


def export(to: Path) -> int:
    """The database's anchors and stamps as files; how many. The folder kept apart is another witness (`--anchors`)."""
    to.mkdir()
    count = 0
    for row in Anchor.objects.select_related("stamp").prefetch_related("heads").iterator(chunk_size=100):
        (to / chain.file_name(row.number)).write_bytes(row.text())
        if hasattr(row, "stamp"):
            (to / chain.file_name(row.number)).with_suffix(".tst").write_bytes(bytes(row.stamp.token))
        count += 1
    return count


def _rewritten(heads: Heads) -> list[str]:
    """What the chains say now against the heads of the files and of the database's own rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            _UNLIKE.format(heads=_GIVEN), [list(column) for column in zip(*heads, strict=True)] or [[]] * 3
        )
        found = {key for (key,) in cursor.fetchall()}
        cursor.execute(_UNLIKE.format(heads=_KEPT))
        found |= {key for (key,) in cursor.fetchall()}
    bodies = Organisation.objects.in_bulk(found)
    return [_sentence(bodies.get(key), key, heads) for key in sorted(found)]


def _sentence(body: Organisation | None, key: int, heads: Heads) -> str:
    # Anchored again after it was rewritten, one number has two hashes: it holds only if no anchor says otherwise.
    said: dict[int, set[str]] = defaultdict(set)
    own = AnchoredHead.objects.filter(organisation=key).values_list("seq", "hash")
    for seq, hash in joined(own, ((seq, hash) for owner, seq, hash in heads if owner == key)):
        said[seq].add(hash)
    there = dict(Event.objects.filter(organisation=key, seq__in=list(said)).values_list("seq", "hash"))
    found = chain.Chain(key)
    found.moved = min((seq for seq, hashes in said.items() if hashes != {there.get(seq)}), default=0)
    found.held = max((seq for seq in said if seq < found.moved), default=0)
    return f"Lịch sử của {body or f'cơ quan {key}'}: {rewritten(found)}"


def _file(number: int) -> Path:
    return folder() / chain.file_name(number)


def _part(number: int) -> Path:
    return _file(number).with_suffix(".part")
