"""Both forms of organisation codes."""

import pytest

from interop.edxml import codes


@pytest.mark.parametrize(
    ("code", "groups", "level", "parent"),
    [
        ("000.00.00.H53", ("H53",), 1, None),
        ("000.00.32.H53", ("H53", "32"), 2, "000.00.00.H53"),
        ("000.01.32.H53", ("H53", "32", "01"), 3, "000.00.32.H53"),
        ("001.01.32.h53 ", ("H53", "32", "01", "001"), 4, "000.01.32.H53"),
        ("000.05.00.H26", ("H26", "00", "05"), 3, "000.00.00.H26"),
        ("01.19.H44", ("H44", "19", "01"), 3, "000.00.19.H44"),
        ("14.00.W00", ("W00", "00", "14"), 3, "000.00.00.W00"),
        ("19.H44", ("H44", "19"), 2, "000.00.00.H44"),
    ],
)
def test_old_codes(code, groups, level, parent):
    assert codes.parse_2018(code) == groups
    assert codes.level_of(code) == level
    assert codes.parent_of(code) == parent


@pytest.mark.parametrize(
    ("code", "groups", "parent"),
    [
        ("H26", ("H26",), None),
        ("H26.01.02.03", ("H26", "01", "02", "03"), "H26.01.02"),
        (" h37.dn.001", ("H37", "DN", "001"), "H37.DN"),
    ],
)
def test_new_codes(code, groups, parent):
    assert codes.parse_2020(code) == groups
    assert codes.level_of(code) == len(groups)
    assert codes.parent_of(code) == parent


@pytest.mark.parametrize(
    "code",
    [
        "",
        "000.1137.H53",
        "001.00.20.TT2",
        "vxp.saas.03",
        "Z26",
        "H26.",
        "H26..1",
        "H26." + "1" * 32,
        "٠٠.H26",
    ],
)
def test_codes_of_neither_form(code):
    for question in (
        codes.parse_2018,
        codes.parse_2020,
        codes.level_of,
        codes.parent_of,
    ):
        with pytest.raises(ValueError, match="không theo dạng"):
            question(code)
