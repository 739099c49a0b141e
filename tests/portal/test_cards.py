"""The images of shared links: PNG 1200 by 630, whatever a title holds."""

import struct

import pytest
from django.test import Client

from portal.typesetting import BREAK, FONTS, LONGEST_WORD, UNREADABLE, _characters, legible
from tests.builders import make_case, make_evidence, make_lesson

pytestmark = pytest.mark.django_db

HOSTILE = [
    '#panic("owned") $x^2$ *bold* _it_ @ref <label> \\ [ ] { } `code` // comment',
    '"; #read("/portal/settings.py"); "',
    "Donaudampfschifffahrtsgesellschaftskapitän" * 3,
    "x" * 160,
    "😀 🏔️ 👩‍👩‍👧 gold",
    "مناجم الذهب",
    "金矿",
    "\u202eright to left\u202c \x07 \u2028",
    "a\u0301\u0302\u0303" * 40,
    "Houndé, Ity, Côte d’Ivoire, Ürümqi, Łódź, Việt Nam, Ελλάδα, Россия",
]


def size_of(png: bytes) -> tuple[int, int]:
    """Give width and height of a PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("address", ["/card.png", "/cases/a-case/card.png", "/lessons/a/card.png"])
def test_an_image_is_a_png_of_the_promised_size(client: Client, address: str) -> None:
    make_evidence(make_lesson("a"), make_case("a-case"))
    answer = client.get(address)
    assert answer["Content-Type"] == "image/png"
    assert size_of(answer.content) == (1200, 630)
    assert len(answer.content) < 150_000
    again = client.get(address, headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_makes_an_image_fail(client: Client, title: str) -> None:
    make_case("a-case", title=title[:160])
    make_lesson("a-lesson", title=title[:160])
    for address in ("/cases/a-case/card.png", "/lessons/a-lesson/card.png"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert size_of(answer.content) == (1200, 630)


def test_a_title_is_words_and_never_code(client: Client) -> None:
    """Were it code, both would draw the same: nothing."""
    make_case("one", title="#let a = 1")
    make_case("other", title="#let b = 2")
    one, other = (client.get(f"/cases/{slug}/card.png").content for slug in ("one", "other"))
    assert one != other


def test_different_cases_have_different_images(client: Client) -> None:
    make_case("one", title="Same", outcome_status="held")
    make_case("two", title="Same", outcome_status="reversed")
    make_case("three", title="Same", outcome_status="held", countries=("ML",))
    images = {client.get(f"/cases/{slug}/card.png").content for slug in ("one", "two", "three")}
    assert len(images) == 3


def test_an_edit_changes_the_image_at_once(client: Client) -> None:
    case = make_case("a-case", title="Before")
    before = client.get("/cases/a-case/card.png")
    case.title = "After"
    case.save()
    after = client.get("/cases/a-case/card.png", headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content


def test_what_fonts_cannot_show_is_dropped_or_marked() -> None:
    assert legible("gold 😀 rush") == "gold rush"
    assert legible("a 金矿 b") == f"a {UNREADABLE} b"
    assert legible("e\u0301te\u0301") == "été"
    assert legible("a\u0000b\nc") == "ab c"
    assert legible("مناجم", otherwise="the slug") == "مناجم"
    assert legible("金矿", otherwise="the slug") == "the slug"
    assert legible("😀", otherwise="the slug") == "the slug"
    assert legible("x" * 50).replace(BREAK, "") == "x" * 50
    assert max(map(len, legible("x" * 500).split(BREAK))) == LONGEST_WORD


def test_every_listed_character_has_a_glyph_in_all_styles_of_a_typeface() -> None:
    latin, arabic = (
        set.intersection(*(glyphs_of((FONTS / f"{name}.ttf").read_bytes()) for name in names))
        for names in (
            ("NotoSans-Regular", "NotoSans-Bold", "NotoSans-Italic"),
            ("NotoSansArabic-Regular", "NotoSansArabic-Bold"),
        )
    )
    assert _characters() <= latin | arabic
    assert {UNREADABLE, "é", "ğ", "ж", "Ω", "ش"} <= _characters()
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 1_000_000


def glyphs_of(font: bytes) -> set[str]:
    """Give the characters of a TrueType font: its character map in format 4."""
    tables = struct.unpack(">H", font[4:6])[0]
    at = {font[12 + 16 * n : 16 + 16 * n]: 20 + 16 * n for n in range(tables)}[b"cmap"]
    start = struct.unpack(">I", font[at : at + 4])[0]
    characters: set[str] = set()
    for number in range(struct.unpack(">H", font[start + 2 : start + 4])[0]):
        place = start + 4 + 8 * number
        map_at = start + struct.unpack(">I", font[place + 4 : place + 8])[0]
        if struct.unpack(">H", font[map_at : map_at + 2])[0] != 4:
            continue
        double = struct.unpack(">H", font[map_at + 6 : map_at + 8])[0]
        half = double // 2
        ends = struct.unpack(f">{half}H", font[map_at + 14 : map_at + 14 + double])
        starts = struct.unpack(f">{half}H", font[map_at + 16 + double : map_at + 16 + 2 * double])
        for first, last in zip(starts, ends, strict=True):
            characters |= {chr(code) for code in range(first, last + 1) if code != 0xFFFF}
    return characters
