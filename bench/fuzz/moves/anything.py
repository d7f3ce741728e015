"""Any object, any key: what nobody thought of."""

from ..draft import Draft, Unfit
from ..small import encoding, note, script, sheet
from ..values import Name, Ref, Stream, copied, parts, references
from .listing import Kind, move

_KEYS = """/Type /Subtype /Contents /Resources /MediaBox /CropBox /Rotate /UserUnit /Parent /Kids /Count /Annots /AP /AS /F
 /Rect /V /DV /DA /Q /MK /BS /Border /OC /A /AA /Ff /FT /T /TU /P /StructParent /Font /XObject /Encoding /ToUnicode
 /BaseFont /FontDescriptor /FontFile2 /DescendantFonts /W /Widths /BBox /Matrix /Length /Filter /DecodeParms /Fields
 /SigFlags /Lock /SV /Metadata /Group /Tabs /Differences /FontMatrix /CharProcs /CIDToGIDMap /Names /Extends""".split()  # noqa: SIM905


def some(draft: Draft):
    """A value of any kind."""
    rng = draft.rng
    known = sorted(draft.objects)
    return rng.choice([
        lambda: None,
        lambda: rng.choice([True, False]),
        lambda: rng.choice([-1, 0, 1, 2, 3, 90, 100, 595, 2**31, rng.randrange(1000)]),
        lambda: round(rng.uniform(-100, 900), 2),
        lambda: Name(rng.choice(_KEYS)),
        lambda: rng.choice([b"", b"So: 99/QD-UBND", b"/Helv 0 Tf 1 g", b"\xfe\xff\x1e\xbd"]),
        lambda: Ref(rng.choice(known)),
        lambda: Ref(draft.size + 20 + rng.randrange(5)),
        lambda: [rng.randrange(600) for _ in range(4)],
        lambda: [Ref(rng.choice(known)) for _ in range(2)],
        lambda: {rng.choice(_KEYS): Ref(rng.choice(known))},
        lambda: draft.add(sheet()),
        lambda: draft.add(encoding()),
        lambda: draft.add(note(draft.add(sheet()))),
        lambda: draft.add(script()),
        lambda: copied(draft.objects[rng.choice(known)]) or 0,
    ])()  # fmt: skip


def reached(draft: Draft) -> list[int]:
    """Numbers that the catalog leads to; the others are chosen as well, but less often."""
    seen, waiting = set(), [Ref(draft.root)]
    while waiting:
        ref = waiting.pop()
        if ref.number in seen or ref.number not in draft.objects:
            continue
        seen.add(ref.number)
        waiting += [one for one, _, _ in references(draft.objects[ref.number])]
    return sorted(seen)


def chosen(draft: Draft) -> int:
    return draft.rng.choice(reached(draft) if draft.rng.random() < 0.85 else sorted(draft.objects))


def _inside(draft: Draft, value, kind=dict):
    found = [one for _, one in parts(value) if isinstance(one, kind) and one]
    if not found:
        raise Unfit
    return draft.rng.choice(found)


@move(Kind.CHANGE, 4)
def any_key_changed(draft: Draft) -> None:
    entries = _inside(draft, draft.edit(chosen(draft)))
    key = draft.rng.choice(sorted(entries))
    entries[key] = some(draft)


@move(Kind.CHANGE, 4)
def any_key_added(draft: Draft) -> None:
    entries = _inside(draft, draft.edit(chosen(draft)))
    entries[draft.rng.choice(_KEYS)] = some(draft)


@move(Kind.CHANGE, 3)
def any_key_removed(draft: Draft) -> None:
    entries = _inside(draft, draft.edit(chosen(draft)))
    del entries[draft.rng.choice(sorted(entries))]


@move(Kind.CHANGE, 3)
def any_number_changed(draft: Draft) -> None:
    array = _inside(draft, draft.edit(chosen(draft)), list)
    at = [index for index, one in enumerate(array) if isinstance(one, (int, float))]
    if not at:
        raise Unfit
    index = draft.rng.choice(at)
    array[index] = draft.rng.choice([0, -array[index], array[index] + 50, array[index] * 2, None])


@move(Kind.CHANGE, 3)
def any_array_changed(draft: Draft) -> None:
    array = _inside(draft, draft.edit(chosen(draft)), list)
    how = draft.rng.randrange(4)
    if how == 0:
        array.pop(draft.rng.randrange(len(array)))
    elif how == 1:
        array.reverse()
    elif how == 2:
        array.append(some(draft))
    else:
        array.insert(0, array[-1])


@move(Kind.CHANGE, 4)
def any_reference_led_elsewhere(draft: Draft) -> None:
    holder = _inside(draft, draft.edit(chosen(draft)), (dict, list))
    places = list(holder) if isinstance(holder, dict) else range(len(holder))
    at = [one for one in places if isinstance(holder[one], Ref)]
    if not at:
        raise Unfit
    holder[draft.rng.choice(at)] = Ref(draft.rng.choice(sorted(draft.objects)))


@move(Kind.CHANGE, 2)
def any_object_replaced(draft: Draft) -> None:
    number = chosen(draft)
    draft.put(number, some(draft))


@move(Kind.CHANGE, 2)
def any_stream_changed(draft: Draft) -> None:
    streams = [one for one in reached(draft) if isinstance(draft.objects[one], Stream)]
    if not streams:
        raise Unfit
    stream = draft.edit(draft.rng.choice(streams))
    stream.entries = {k: v for k, v in stream.entries.items() if k not in ("/Filter", "/DecodeParms")}
    stream.data = draft.rng.choice([b"", sheet().data, stream.data + b"\n1 1 1 rg 0 0 595 842 re f"])


@move(Kind.CHANGE, 2)
def any_object_written_again(draft: Draft) -> None:
    """The same words once more: nothing changes, and some makers do it."""
    draft.edit(chosen(draft))


@move(Kind.CHANGE, 2)
def any_object_moved(draft: Draft) -> None:
    """Its words lie under another number, and one place that named it names that."""
    number = chosen(draft)
    copy = draft.add(copied(draft.objects[number]))
    for holder in reached(draft):
        if any(ref.number == number for ref, _, _ in references(draft.objects[holder])):
            _lead(draft.edit(holder), number, copy)
            return
    raise Unfit


def _lead(value, number: int, new: Ref) -> None:
    for _, part in parts(value):
        for at in list(part) if isinstance(part, dict) else range(len(part)):
            if isinstance(part[at], Ref) and part[at].number == number:
                part[at] = new
