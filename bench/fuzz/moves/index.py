"""How the update is written: its index, its numbers, what lies between and behind."""

import hashlib

from ..draft import Draft, Unfit
from ..small import note, sheet
from ..values import Name, Ref, Stream, copied, spelled
from .anything import some
from .listing import Kind, move


@move(Kind.SHAPE, 6)
def index_as_stream(draft: Draft) -> None:
    draft.update.index = "stream"


@move(Kind.SHAPE, 5)
def objects_in_a_stream(draft: Draft) -> None:
    draft.update.index = draft.rng.choice(["stream", "stream", "hybrid"])
    draft.update.packed = {one[0] for one in draft.update.objects}


@move(Kind.SHAPE, 3)
def index_in_two_ways(draft: Draft) -> None:
    draft.update.index = "hybrid"


@move(Kind.SHAPE, 2)
def no_index(draft: Draft) -> None:
    draft.update.index = "none"
    draft.update.after = draft.rng.choice([b"%%EOF\n", b"startxref\n%d\n%%%%EOF\n" % draft.place, b""])


@move(Kind.SHAPE, 2)
def object_not_listed(draft: Draft) -> None:
    if not draft.update.objects:
        raise Unfit
    draft.update.unlisted.add(draft.rng.choice(draft.update.objects)[0])


@move(Kind.SHAPE, 2)
def defined_twice(draft: Draft) -> None:
    """Two definitions in one section, one of them listed."""
    if not draft.update.objects:
        raise Unfit
    number, generation, value = draft.rng.choice(draft.update.objects)
    old = copied(draft.base.contents.objects.get(number))
    at = draft.rng.choice([0, len(draft.update.objects)])
    draft.update.objects.insert(at, (number, generation, old if old is not None else some(draft)))
    draft.objects[number] = value


@move(Kind.SHAPE, 2)
def object_inside_a_stream(draft: Draft) -> None:
    """The index points into the data of a stream, in the update or in what was signed."""
    number = draft.rng.choice(sorted(draft.objects))
    body = b"%d 0 obj\n%s\nendobj" % (
        number,
        spelled(draft.rng.choice([note(Ref(1)), sheet(), draft.objects[number]])),
    )
    holder = draft.add(Stream({}, body))
    draft.commit()
    at = bytes(draft.pdf).rfind(b"stream\n%d 0 obj" % number)
    if at < 0 or holder.number == number:
        raise Unfit
    draft.update.lies[number] = at + 7


@move(Kind.SHAPE, 2)
def index_points_elsewhere(draft: Draft) -> None:
    places = range(0, len(draft.pdf), 997)
    number = draft.rng.choice(sorted(draft.objects))
    draft.update.lies[number] = draft.rng.choice([*places, len(draft.pdf) + 5000, 0, draft.place])


@move(Kind.SHAPE, 2)
def object_freed(draft: Draft) -> None:
    draft.update.free.append((draft.rng.choice(sorted(draft.objects)), draft.rng.choice([0, 1, 65535])))


@move(Kind.SHAPE, 2)
def generation_changed(draft: Draft) -> None:
    if not draft.update.objects:
        raise Unfit
    at = draft.rng.randrange(len(draft.update.objects))
    number, _, value = draft.update.objects[at]
    draft.update.objects[at] = (number, draft.rng.choice([1, 2, 65535]), value)


@move(Kind.SHAPE, 2)
def older_index_left_out(draft: Draft) -> None:
    """/Prev leads past the signed revision, into nothing, or is missing."""
    begun = [at for at in range(0, len(draft.pdf), 1000) if draft.pdf[at : at + 4] == b"xref"]
    first = bytes(draft.pdf).find(b"\nxref") + 1
    draft.update.trailer["/Prev"] = draft.rng.choice([None, 0, first, 17, len(draft.pdf) + 9999, -1, *begun])


@move(Kind.SHAPE, 2)
def trailer_changed(draft: Draft) -> None:
    rng = draft.rng
    root = copied(draft.objects[draft.root])
    other = root | {
        rng.choice(["/Pages", "/AcroForm", "/OpenAction"]): rng.choice(
            [Ref(rng.choice(sorted(draft.objects))), some(draft)]
        )
    }
    draft.update.trailer |= rng.choice([
        {"/Root": draft.add(other)}, {"/Root": draft.add(root)}, {"/Encrypt": draft.add({"/Filter": Name("/Standard"), "/V": 1, "/R": 2, "/O": b"0" * 32, "/U": b"0" * 32, "/P": -4})},
        {"/ID": [hashlib.md5(b"1").digest(), hashlib.md5(b"2").digest()]}, {"/ID": None}, {"/Info": None}, {"/Size": 3}, {"/Khac": Ref(1)},
        {"/XRefStm": draft.place}, {"/Root": Ref(rng.choice(sorted(draft.objects)))}, {"/Info": Ref(rng.choice(sorted(draft.objects)))},
    ])  # fmt: skip


@move(Kind.SHAPE, 2)
def words_between(draft: Draft) -> None:
    body = b"%d 0 obj\n%s\nendobj\n" % (draft.rng.choice(sorted(draft.objects)), spelled(sheet()))
    draft.update.before = draft.rng.choice(
        [b"% ghi chu\n", b"\n" * 50, b"rac rac rac\n", body, b"%" + body.replace(b"\n", b"\r"), b"%%EOF\n"]
    )


@move(Kind.SHAPE, 2)
def words_behind(draft: Draft) -> None:
    other = draft.rng.choice([draft.base.signed, b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"])
    draft.update.after = draft.rng.choice([
        b"\n\n", b"% het\n", b"startxref\n%d\n%%%%EOF\n" % draft.place, b"%%EOF\n", b"rac", other,
        b"startxref\n0\n%%EOF\n", b"trailer\n<< /Root 36 0 R >>\n",
    ])  # fmt: skip


@move(Kind.SHAPE, 2)
def no_end(draft: Draft) -> None:
    """The last lines are missing or lie."""
    draft.commit()
    cut = bytes(draft.pdf).rfind(b"startxref")
    end = draft.rng.choice(
        [b"", b"startxref\n%d\n" % draft.place, b"startxref\n%d\n%%%%EOF" % (draft.place - 1), b"%%EOF\n"]
    )
    if cut < len(draft.base.pdf):
        raise Unfit
    draft.pdf = draft.pdf[:cut] + end


@move(Kind.SHAPE, 2)
def spelled_oddly(draft: Draft) -> None:
    draft.update.odd = True
