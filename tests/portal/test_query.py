"""What a visitor types, read into words, phrases and exclusions; nothing makes it fail."""

import pytest

from lessons.models import GlossaryTerm
from portal.corpus import current_state
from portal.models import SearchWord
from portal.search import Query, parse

pytestmark = pytest.mark.django_db

HOSTILE = [
    "", " ", '"', '""', '"""', "-", "--", "- -", '-"', "(", ")", "*", "a*", "^a", "a:b", "title:x",
    "NEAR(a b)", "a NEAR b", "AND", "OR", "NOT", "a AND", "NOT a", "a OR", "%", "%s", "%(x)s", "\\",
    "'", "''", "'; DROP TABLE search_cases; --", "{}", "[]", "<script>", "&", "|", "!", "<->", ":*",
    "\x00", "a\x00b", "\x02a\x03", "\ud7ff", "😀", "👩🏽‍🌾", "\u202eabc", "\u200f\u200e", "é" * 500,
    "x" * 10_000, "a " * 5_000, "the", "the of and", '"the of"', "-the", "ﬁ", "İ", "ǅ", "１２３",
    "مناجم",
    "采矿", "_", "__", "a_b", "co-operate", "US$8,743", "d’Ivoire", "100%", "#@!", "\n\t\r",
]  # fmt: skip


def wanted(text: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Read a text and give what must be found."""
    return parse(text, "cases", current_state()).wanted


def test_every_word_must_be_there_without_case_and_accents() -> None:
    assert wanted("Houndé GOLD") == ((("hounde",),), (("gold",),))


def test_quotes_hold_words_together_and_a_minus_leaves_out() -> None:
    query = parse('"Gold Panning" villages -ghana -"south africa"', "cases", current_state())
    assert query.wanted == ((("gold", "panning"),), (("villages",),))
    assert query.unwanted == (("ghana",), ("south", "africa"))


def test_words_with_signs_inside_are_phrases_of_their_parts() -> None:
    assert wanted("co-operate") == ((("co", "operate"),),)
    assert wanted("d’Ivoire") == ((("d", "ivoire"),),)


def test_very_common_words_are_left_out_but_stay_in_a_longer_phrase() -> None:
    assert wanted("the mine of Ghana") == ((("mine",),), (("ghana",),))
    assert wanted('"state of emergency"') == ((("state", "of", "emergency"),),)
    assert parse("the of", "cases", current_state()).is_empty
    assert parse("-mercury", "cases", current_state()).is_empty


def test_a_half_typed_last_word_stands_for_longer_words_of_the_index() -> None:
    for index, word in (("cases", "formalisation"), ("cases", "former"), ("lessons", "formal")):
        SearchWord.objects.create(index=index, word=word, documents=1)
    assert wanted("gold formalis") == ((("gold",),), (("formalis",), ("formalisation",)))
    assert wanted("formalis gold")[0] == (("formalis",),)  # only the last
    assert wanted('"formalis"') == ((("formalis",),),)  # and not within quotes
    assert wanted("fo") == ((("fo",),),)  # nor a word of two letters


def test_names_that_mean_the_same_stand_for_each_other_both_ways() -> None:
    term = GlossaryTerm.objects.create(slug="orpaillage", term="Orpaillage", definition="Panning.")
    term.other_names.create(name="couloir d'orpaillage (artisanal gold panning)")
    group = {("orpaillage",), ("couloir", "d", "orpaillage"), ("artisanal", "gold", "panning")}
    assert set(wanted("orpaillage Mali")[0]) == group
    assert set(wanted("Mali artisanal gold panning")[1]) == group
    assert wanted("artisanal panning") == ((("artisanal",),), (("panning",),))


def test_the_last_word_of_a_longer_name_is_not_lengthened() -> None:
    term = GlossaryTerm.objects.create(slug="reinfo", term="REINFO", definition="A register.")
    term.other_names.create(name="registro minera")
    SearchWord.objects.create(index="cases", word="mineral", documents=9)
    assert set(wanted("registro minera")[0]) == {("reinfo",), ("registro", "minera")}


def test_a_changed_glossary_is_known_at_once() -> None:
    term = GlossaryTerm.objects.create(slug="galamsey", term="Galamsey", definition="Mining.")
    assert wanted("galamsey") == ((("galamsey",),),)
    term.other_names.create(name="illegal mining")
    assert set(wanted("galamsey")[0]) == {("galamsey",), ("illegal", "mining")}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_makes_it_fail_and_only_letters_and_digits_come_out(text: str) -> None:
    query = parse(text, "cases", current_state())
    assert isinstance(query, Query)
    phrases = [phrase for group in query.wanted for phrase in group] + list(query.unwanted)
    assert all(word.isalnum() for phrase in phrases for word in phrase)
