"""Whatever is sent, nothing breaks, and what is stored is what the rules allow.

Ten thousand generated submissions: most straight to the forms, hundreds as bytes over the whole
way. The same ones each time, so that a failure is not a matter of luck.
"""

import io
import zlib
from base64 import b64encode
from itertools import count
from random import Random
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from contributions.models import Attachment, Contribution
from contributions.sending.files import LARGEST, content_of
from contributions.sending.forms import ABOUT, CONTACT, KINDS, LONGEST_TEXT, SendingForm
from portal.sending import guard
from tests.builders import make_case, make_country
from tests.contributions.sending import ABOUT as USUAL
from tests.contributions.sending import new_ticket

pytestmark = pytest.mark.django_db

AT_ONCE, OF_FORMS, OF_BYTES = 19, 500, 500  # 9,500 to the forms, 500 as bytes
OFTEN = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
FORMS = [(kind, form) for kind in KINDS.values() for form in kind.steps]
QUESTIONS = {
    kind.value: {name for form in kind.steps for name in form.base_fields}
    for kind in KINDS.values()
}
NASTY = [
    "", " ", "\x00", "a\x00b", "\u202e\u2066abc", "\ufeff", "\r\n\r\n", "\x1b[2J", "%00",
    "\U000e0041", "e\u0301" * 500, "x" * 151, "x" * 8_001, "📿" * 4_001, "{{ 7*7 }}", "on", "0",
    "<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "a@b", "a@example.org",
    "a@" + "b" * 300 + ".org", "ü@exämple.org", "-1", "1e9", "9" * 30, "GH", "anonymous",
    "vouched", "ngo", "done", "[]", "null",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)


def sayings(names: list[str]) -> st.SearchStrategy[dict[str, list[str]]]:
    """Give what may come in for the fields of a form: some, none, several times, and others."""
    known = st.sampled_from([*names, "file", "later", "checked", "proof", guard.HONEYPOT])
    keys = st.one_of(
        known, known, st.text(max_size=8).map(lambda t: t.encode("utf-8", "replace").decode())
    )
    return st.dictionaries(keys, st.lists(TEXTS, min_size=1, max_size=2), max_size=8)


def sound(form: type[SendingForm]) -> dict[str, list[str]]:
    """Give what a form takes."""
    names = list(form.base_fields)
    said = {name: ["Said."] for name in names if name not in (*ABOUT, *CONTACT)}
    return said | {name: [value] for name, value in USUAL.items() if name in names}


@st.composite
def submissions(draw: Any) -> tuple[Any, type[SendingForm], dict[str, Any]]:
    """Give a kind, one of its forms, and what is typed into it: sound but for some fields."""
    kind, form = draw(st.sampled_from(FORMS))
    return kind, form, sound(form) | draw(sayings(list(form.base_fields)))


def assert_allowed(row: Contribution) -> None:
    """Check that a row holds what the rules allow and nothing else."""
    row.full_clean(exclude=["key_print", "answers"])
    assert row.answers.keys() <= QUESTIONS[row.kind] - {*ABOUT, *CONTACT, "consent", "file"}
    for value in row.answers.values():
        assert isinstance(value, str)
        assert len(value) <= LONGEST_TEXT
        assert "\x00" not in value
        value.encode()


@settings(OFTEN, max_examples=OF_FORMS)
@given(st.lists(TEXTS, min_size=6, max_size=12), st.integers(0, 2**32), st.booleans())
def test_a_form_takes_what_is_sound_and_refuses_the_rest(
    texts: list[str], seed: int, is_draft: bool
) -> None:
    mixed = Random(seed)
    for _each in range(AT_ONCE):
        kind, shape = mixed.choice(FORMS)
        typed = sound(shape)
        for name in mixed.choices(list(shape.base_fields), k=mixed.randint(0, 3)):
            typed[name] = [mixed.choice(texts)]
        form = shape({name: values[0] for name, values in typed.items()}, is_draft=is_draft)
        if form.is_valid():
            row = Contribution(kind=kind.value, answers=form.answers(), **form.about())
            assert_allowed(row)
            form.cautions()
            assert all(len(value) <= 320 for value in form.contact().values())


# --- As bytes, over the whole way ---------------------------------------------------------------


def picture(format_: str) -> bytes:
    """Give a small picture."""
    made = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(made, format_)
    return made.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """Give a part of a PNG."""
    check = zlib.crc32(name + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + name + data + check


def bomb(side: int, *more: bytes) -> bytes:
    """Give a PNG that is small and claims to be large."""
    head = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    data = zlib.compress(b"\x00" * 3_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), *more, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    )


PNG, JPEG, WEBP = picture("PNG"), picture("JPEG"), picture("WEBP")
FILES = [
    b"", b"\x89PNG", PNG, JPEG, WEBP, PNG[:-20], JPEG[:200], WEBP[:40], bomb(60_000),
    bomb(6_000), bomb(0),
    bomb(30, chunk(b"zTXt", b"a\x00\x00" + zlib.compress(b"x" * 3_000_000))),
    PNG + b"<script>alert(1)</script>", JPEG + b"PK\x03\x04", b"GIF89a/*<svg onload=alert(1)>*/",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"%PDF-1.7\n<script>alert(1)</script>",
    b"%!PS\n%PDF-1.4", b"MZ" + b"\x00" * 200, b"PK\x03\x04" + b"\x00" * 60,
    b"ID3\x03" + b"\x00" * 40,
    b"OggS" + b"\x00" * 40, b"#!AMR\n", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 20,
    b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    b"\xff\xd8\xff\xe1\x00\x18Exif\x00\x00MM\x00*" + b"\xff" * 30, b"x" * (LARGEST + 1),
]  # fmt: skip


@st.composite
def files(draw: Any) -> bytes:
    """Give a file: one that lies about what it is, or a sound one with bytes turned over."""
    data = bytearray(draw(st.sampled_from(FILES)))
    if data and len(data) < 10_000:
        for place in draw(st.lists(st.integers(0, len(data) - 1), max_size=6)):
            data[place] = draw(st.integers(0, 255))
    return bytes(data)


@st.composite
def requests(draw: Any) -> tuple[str, str, bytes, str]:
    """Give a kind of contribution, and a content type and body as no browser would send them."""
    kind, shape, typed = draw(submissions())
    is_sound = draw(st.integers(0, 2)) == 0  # but for its files
    if is_sound:
        typed = sound(shape)
    if is_sound or draw(st.booleans()):
        typed["ticket"] = [str(new_ticket())]
    if not is_sound and draw(st.booleans()):
        typed["case"] = [draw(st.sampled_from(["told", "\x00", "none", "a/../b"]))]
    charset = draw(st.sampled_from(["", "", "utf-8", "utf-7", "utf-16", "none"]))
    ending = f"; charset={charset}" if charset else ""
    way = "multipart" if is_sound else draw(st.sampled_from(["form", "multipart", "raw"]))
    if way == "multipart":
        data: dict[str, Any] = {
            name.replace('"', "").replace("\r", "").replace("\n", ""): values
            for name, values in typed.items()
        }
        data["file"] = []
        for content in draw(st.lists(files(), max_size=3)):
            upload = io.BytesIO(content)
            upload.name = draw(st.sampled_from(["a.png", "../../a.php", "a\x00.png", "ä.svg", ""]))
            data["file"].append(upload)
        body, type_ = encode_multipart(BOUNDARY, data), MULTIPART_CONTENT
    else:
        pairs = [(name, value) for name, values in typed.items() for value in values]
        body = "&".join(f"{quote_plus(a)}={quote_plus(b)}" for a, b in pairs).encode()
        type_ = "application/x-www-form-urlencoded"
        if way == "raw":
            body += b"&text=" + draw(st.binary(max_size=30)) + b"%ED%A0%80%FF+2AA-"
            type_ = draw(
                st.sampled_from([type_, "application/json", "multipart/form-data", "", "x"])
            )
    if draw(st.integers(0, 5)) == 0:
        body = body[: draw(st.integers(0, len(body)))]
    return kind.value, type_ + ending, body, draw(st.sampled_from(["", "?step=9", "?step=%00"]))


@pytest.mark.filterwarnings("ignore:.*:UserWarning:PIL", "ignore:.*:RuntimeWarning:PIL")
def test_no_request_breaks_the_site_and_what_is_stored_is_allowed() -> None:
    make_case("told")
    make_country("GH")
    numbers = count(1)
    answers: dict[int, int] = {}

    @settings(OFTEN, max_examples=OF_BYTES)
    @given(requests())
    def send(asked: tuple[str, str, bytes, str]) -> None:
        kind, type_, body, query = asked
        number = next(numbers)  # each from a network of its own: no flood
        client = Client(REMOTE_ADDR=f"10.0.{number // 250}.{number % 250 + 1}")
        address = reverse("contribution-write", args=[kind]) + query
        answer = client.generic("POST", address, body, content_type=type_)
        assert answer.status_code < 500
        answers[answer.status_code] = answers.get(answer.status_code, 0) + 1

    send()
    assert {302, 400, 422} <= answers.keys()  # some went through, some did not
    rows = Contribution.objects.all()
    assert len(rows) > 40
    for row in rows:
        assert_allowed(row)
        contact = getattr(row, "contact", None)
        if contact:
            contact.full_clean()
    for file in Attachment.objects.all():
        file.full_clean()
        content = content_of(file)
        assert len(content) == file.size
        if file.type == Attachment.Type.IMAGE:  # set anew: nothing of what came is left
            with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture_:
                picture_.verify()
            assert b"<script" not in content
    assert Attachment.objects.exists()


def test_deeply_nested_or_false_work_proves_nothing(client: Client, monkeypatch: Any) -> None:

    monkeypatch.setattr(guard, "WORK_FROM", 0)
    for proof in ("[" * 2_900, "{}", '{"challenge": 1}', "\x00", "9" * 2_900):
        told = {**USUAL, "text": "Said.", "proof": b64encode(proof.encode()).decode()}
        address = reverse("contribution-write", args=["perspective"])
        assert client.post(address, told | {"ticket": str(new_ticket())}).status_code == 302
    assert all("no-work" in row.oddities for row in Contribution.objects.all())
