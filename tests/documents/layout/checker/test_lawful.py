"""Papers of ours of any kind and any lawful content hear nothing; one fault in any of them is found."""

import random
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.layout import Letterhead, SignatureBlock, render
from documents.layout.checker import check
from documents.layout.model import Page
from orgs.kinds import KINDS
from tests.documents.layout.checker.papers import GOOD_DECISION, found, html_of, report_on
from tests.documents.layout.checker.test_rules import BROKEN, D, L

_WORDS = (
    "rà soát", "báo cáo kết quả", "tổng hợp", "phối hợp", "hướng dẫn", "kiểm tra", "đề xuất", "triển khai kế hoạch",
    "thực hiện nhiệm vụ", "công tác văn thư, lưu trữ", "các cơ quan, đơn vị", "trên địa bàn thành phố Hà Nội",
    "trước ngày 15 tháng 3 năm 2026", "theo quy định tại khoản 2 Điều 3 Luật Lưu trữ", "Ủy ban nhân dân các phường, xã",
    "quý III năm 2026", "25.000.000 đồng", "tỷ lệ 99,5%",
)  # fmt: skip
_NAMES = (
    "Sở Tài chính",
    "Sở Xây dựng",
    "Công an thành phố",
    "Ủy ban nhân dân phường Ô Diên",
    "Viện Quy hoạch xây dựng Hà Nội",
)
_HEADS = (
    Letterhead("UBND THÀNH PHỐ HÀ NỘI", ("SỞ NỘI VỤ",), "Hà Nội"),
    Letterhead("UBND THÀNH PHỐ HÀ NỘI", ("SỞ NÔNG NGHIỆP", "VÀ MÔI TRƯỜNG"), "Hà Nội"),
    Letterhead("", ("ỦY BAN NHÂN DÂN", "PHƯỜNG PHÚC XÁ"), "Phúc Xá"),
)  # fmt: skip
_BLOCKS = (
    SignatureBlock(("GIÁM ĐỐC",), "Phạm Tiến Dũng"),
    SignatureBlock(("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Vũ Phương Thảo"),
    SignatureBlock(("TL. GIÁM ĐỐC", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"), "Ngô Thúy Hà"),
)


def _sentence(chance: random.Random) -> str:
    words = ", ".join(chance.choice(_WORDS) for _ in range(chance.randint(8, 16)))
    return f"Đề nghị {words}."


def lawful(chance: random.Random, kinds=tuple(kind for kind in KINDS if kind != "TCg")) -> Page:
    """A paper with nothing against the law in it, otherwise any."""
    kind = chance.choice(kinds)
    name, abbreviation = KINDS[kind]
    body = []
    for number in range(1, chance.randint(3, 6)):
        mark = f"Điều {number}. " if kind in ("QĐ", "NQ") else f"{number}. "
        body.append(mark + _sentence(chance))
        body += [f"{letter}) {_sentence(chance)}" for letter in "abcdđeg"[: chance.choice((0, 0, 2, 7))]]
        body += [f"- {_sentence(chance)}"] * chance.choice((0, 0, 2))
    to = tuple(chance.sample(_NAMES, chance.randint(1, 4))) if kind in ("CV", "TTr", "BC") else ()
    first = ("Như Điều 1",) if kind in ("QĐ", "NQ") else ()
    deciding = kind in ("QĐ", "NQ")
    return replace(
        GOOD_DECISION, kind_code=kind, kind_name=name, notation=f"{abbreviation}-SNV" if abbreviation else "SNV-TCBC",
        letterhead=chance.choice(_HEADS), subject=f"Về việc {chance.choice(_WORDS[:9])} năm 2026" if abbreviation else "báo cáo kết quả năm 2026",
        addressees=to, bases=GOOD_DECISION.bases if deciding else (), body="\n\n".join(body), block=chance.choice(_BLOCKS),
        recipients=(*first, *chance.sample(_NAMES, chance.randint(0, 5))), urgency=chance.choice((0, 0, 1, 2, 3)),
        archive_line="Lưu: VT, TCBC.", draft=False,
    )  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**9))
def test_a_lawful_paper_of_ours_hears_nothing(seed):
    page = lawful(random.Random(seed))
    report = report_on(html_of(page)) if seed % 2 else check(render(replace(page, draft=True)))
    assert (report.state, report.kind, report.findings) == ("checked", page.kind_code, ())


def test_one_fault_in_any_paper_is_found(record_property):
    """Recall: each fault of the looks in test_rules.BROKEN, put into a paper of that sort with other words."""
    chance, planted, missed = random.Random(30_2020), 0, []
    kinds = {L: ("CV",), D: ("QĐ",)}
    for rule, paper, words, style in BROKEN:
        if words or rule in _OF_THAT_PAPER:
            continue
        planted += 1
        page = replace(lawful(chance, kinds[paper]), urgency=0)
        page = _long(page) if rule in _OF_PAGES else page
        if rule not in found(report_on(html_of(page), style)):
            missed.append((rule, style))
    said = f"faults in papers of other words: {planted - len(missed)} of {planted} found"
    record_property("said", said)
    print(said, missed)
    assert not missed


# These hang on the very letterhead of, or on where the last lines fall in, the good paper.
_OF_THAT_PAPER = {"H07", "G06"}
_OF_PAGES = {"G10"}


def _long(page: Page) -> Page:
    """Of full pages, so that there is a second to number and a foot to be near."""
    chance = random.Random(7)
    return replace(page, body="\n\n".join(f"Điều {n}. {_sentence(chance)}" for n in range(1, 24)))
