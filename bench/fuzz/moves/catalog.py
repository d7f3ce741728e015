"""Keys of the catalog, of validation data, of the document's information."""

from ..draft import Draft
from ..small import note, script, sheet
from ..values import Name, Raw, Ref, Stream, spelled
from .anything import some
from .listing import Kind, move
from .named import fitting

_KEYS = """/MarkInfo /Perms /Extensions /StructTreeRoot /OCProperties /PageLabels /ViewerPreferences /Names /AA /OpenAction
 /Outlines /PageMode /PageLayout /Lang /Metadata /Version /Collection /AF /Dests /Threads /URI /NeedsRendering /Legal
 /Requirements /SpiderInfo /OutputIntents /PieceInfo /DPartRoot /Pages /AcroForm /Type /DSS /XFA""".split()  # noqa: SIM905
_XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <dc:title>Khac</dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


@move(Kind.CHANGE, 6)
def catalog_key_changed(draft: Draft) -> None:
    root, key = draft.edit_root(), draft.rng.choice(_KEYS)
    value = fitting(draft, key, "") if draft.rng.random() < 0.7 else some(draft)
    known = {
        "/PageMode": Name("/UseAttachments"),
        "/PageLayout": Name("/TwoColumnLeft"),
        "/Lang": b"en",
        "/Version": Name("/2.0"),
    }
    value = known.get(key, value)
    root[key] = draft.add(value) if draft.rng.random() < 0.3 else value


@move(Kind.CHANGE, 2)
def file_attached(draft: Draft) -> None:
    names = draft.edit_in(draft.edit_root(), "/Names")
    inner = Stream({"/Type": Name("/EmbeddedFile")}, b"noi dung them sau")
    spec = {
        "/Type": Name("/Filespec"),
        "/F": b"them.txt",
        "/UF": b"them.txt",
        "/EF": {"/F": draft.add(inner)},
    }
    if draft.rng.random() < 0.3:
        draft.edit_root()["/AF"] = [draft.add(spec)]
    names["/EmbeddedFiles"] = {"/Names": [b"them.txt", draft.add(spec)]}


@move(Kind.CHANGE, 2)
def script_added(draft: Draft) -> None:
    root = draft.edit_root()
    where = draft.rng.randrange(4)
    if where == 0:
        draft.edit_in(root, "/Names")["/JavaScript"] = {"/Names": [b"x", draft.add(script())]}
    elif where == 1:
        root["/OpenAction"] = draft.add(script())
    elif where == 2:
        root["/AA"] = {"/WS": script()}
    else:
        draft.edit_page()["/AA"] = {"/O": {"/S": Name("/Launch"), "/F": b"calc.exe"}}


@move(Kind.CHANGE, 5)
def store_filled_with_anything(draft: Draft) -> None:
    """Streams of every kind in the DSS and its VRI; one of them drawn elsewhere, or something signed redefined as one."""
    rng = draft.rng
    store = draft.edit_in(draft.edit_root(), "/DSS")
    made = rng.choice([
        lambda: sheet(), lambda: Stream({}, b"1 1 1 rg 0 0 595 842 re f"), lambda: note(draft.add(sheet())),
        lambda: Stream({}, rng.choice(sum(draft.base.evidence.values(), [b"0"]))), lambda: script(), lambda: some(draft),
        lambda: Stream({"/Type": Name("/XObject"), "/Subtype": Name("/Form"), "/BBox": [0, 0, 9, 9]}, rng.choice(draft.base.evidence["/Certs"])),
    ])()  # fmt: skip
    reused = [*(number for number, _, _ in draft.base.contents.wild), *draft.objects]
    ref = Ref(rng.choice(reused)) if rng.random() < 0.35 else draft.add(made)
    if rng.random() < 0.25:
        ref = Ref(rng.choice(reused))
        draft.put(ref.number, made)
    where = rng.randrange(4)
    if where < 2:
        draft.edit_in(store, rng.choice(["/Certs", "/CRLs", "/OCSPs", "/Khac"]), list).append(ref)
    elif where == 2:
        entry = {rng.choice(["/Cert", "/CRL", "/OCSP", "/TU", "/TS", "/AP"]): rng.choice([ref, [ref]])}
        draft.edit_in(store, "/VRI")["/" + "".join(rng.choices("0123456789ABCDEF", k=40))] = entry
    else:
        store[rng.choice(["/Type", "/VRI", "/Certs", "/Parent", "/AP"])] = ref


@move(Kind.CHANGE, 2)
def information_changed(draft: Draft) -> None:
    entries = {
        rng_key: draft.rng.choice([b"Khac", some(draft)])
        for rng_key in draft.rng.sample(["/Title", "/Author", "/ModDate", "/Khac"], 2)
    }
    if draft.info is None or draft.rng.random() < 0.4:
        draft.update.trailer["/Info"] = draft.add(entries)
    else:
        info = draft.edit(draft.info)
        if isinstance(info, dict):
            info |= entries


@move(Kind.CHANGE, 2)
def metadata_changed(draft: Draft) -> None:
    stream = Stream({"/Type": Name("/Metadata"), "/Subtype": Name("/XML")}, _XMP)
    root = draft.edit_root()
    ref = root.get("/Metadata")
    if isinstance(ref, Ref) and draft.rng.random() < 0.6:
        draft.put(ref.number, draft.rng.choice([stream, sheet(), stream]))
    else:
        root["/Metadata"] = draft.add(stream)


@move(Kind.CHANGE, 3)
def key_named_twice(draft: Draft) -> None:
    """One key with two values: the readers take the first or the last of them."""
    rng = draft.rng
    numbers = [
        number for number, value in draft.objects.items() if isinstance(value, dict) and len(value) > 2
    ]
    number = rng.choice([draft.root, *draft.pages(), rng.choice(numbers)])
    held = draft.objects[number]
    key = rng.choice(sorted(held))
    value = fitting(draft, key, "") if rng.random() < 0.7 else some(draft)
    true, false = ({key: one} for one in (held[key], value))
    rest = {name: one for name, one in held.items() if name != key}
    order = [true, false, rest]
    rng.shuffle(order)
    inner = b" ".join(spelled(one)[2:-2] for one in order)
    draft.put(number, Raw(b"<< " + inner + b" >>"))
    draft.objects[number] = held
