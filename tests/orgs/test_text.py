import random

import pytest

from ui.text import fold, fold_code, name_key, nfc, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Sở Nội vụ", "so noi vu"),
        ("ĐÔNG ANH", "dong anh"),
        ("Thuỵ  Hương", "thuy huong"),
        ("Ưu tiên", "uu tien"),
    ],
)
def test_fold_drops_marks_case_and_blanks(text, folded):
    assert fold(text) == folded


def test_fold_is_the_same_for_composed_and_decomposed_text():
    assert fold("Ho\u0300a") == fold("Hòa") == "hoa"


@pytest.mark.parametrize("code", ["7/QĐ-UBND", "07/QÐ-UBND", "7 / QĐ – UBND", "007/qđ‑ubnd"])
def test_one_code_has_one_key(code):
    assert fold_code(code) == "7/qd-ubnd"


@pytest.mark.parametrize(
    ("code", "key"), [("0/VP", "0/vp"), ("", ""), ("00", "00"), ("vp", "vp"), ("120/VP", "120/vp")]
)
def test_a_key_loses_no_digit_that_counts(code, key):
    assert fold_code(code) == key


def test_nfc_makes_one_spelling_and_no_control_characters():
    assert nfc(" Sở\u00a0Nội\x00 vụ\u200b ") == "Sở Nội vụ"


def test_sort_key_follows_the_vietnamese_alphabet_then_the_tones():
    right = [
        "An",
        "Àn",
        "Ản",
        "Ãn",
        "Án",
        "Ạn",
        "Ăn",
        "Ân",
        "Ba",
        "Da",
        "Đa",
        "Ea",
        "Êa",
        "Oa",
        "Ôa",
        "Ơa",
        "Ua",
        "Ưa",
    ]
    shuffled = random.Random(7).sample(right, len(right))
    assert sorted(shuffled, key=sort_key) == right


def test_sort_key_looks_at_letters_of_all_words_before_tones():
    assert sort_key("Hoàng Anh") < sort_key("Hoang Bình") < sort_key("Hoàng Cường")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("UBND quận Ba Đình", "Uỷ ban nhân dân quận Ba Đình", True),
        ("Xã Hoà Thạch", "xã  Hòa Thạch", True),
        ("Xã Tân Minh", "Xã Tấn Minh", False),
        ("Phường Ngọc Hà", "Phường Ngọc Hạ", False),
    ],
)
def test_name_key_joins_spellings_and_keeps_names_apart(one, other, same):
    assert (name_key(one) == name_key(other)) is same
