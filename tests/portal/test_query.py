"""Reading what a visitor typed."""

import pytest

from portal.models import SearchWord
from portal.search import LONGEST_TEXT, matching
from portal.search.query import MOST_EXPANSIONS, Alternatives
from tests.builders import make_case, make_term
from tests.searching import HOSTILE, index_named, query_of

pytestmark = pytest.mark.django_db


def wanted(text: str) -> list[Alternatives]:
    """Give what a text asks for."""
    return list(query_of(text).wanted)


def know(**counts: int) -> None:
    """Put words into the vocabulary of the cases, with the number of documents that hold them."""
    for word, documents in counts.items():
        SearchWord.objects.create(index="cases", word=word, documents=documents)


def test_every_word_must_be_there_without_case_and_accents() -> None:
    assert wanted("HOUNDÉ, miners!") == [(("hounde",),), (("miners",),)]


def test_quotes_hold_words_together() -> None:
    assert wanted('"Resettlement  plan" gold') == [(("resettlement", "plan"),), (("gold",),)]


@pytest.mark.parametrize("text", ["mother-lode", "mother/lode", "mother.lode", "mother’lode"])
def test_words_joined_by_a_sign_are_a_phrase(text: str) -> None:
    assert wanted(text) == [(("mother", "lode"),)]


def test_a_minus_before_a_word_or_phrase_leaves_it_out_and_one_within_a_word_does_not() -> None:
    query = query_of('small-scale plan -ghana -"old plan" - x')
    assert query.unwanted == (("ghana",), ("old", "plan"))
    assert list(query.wanted) == [(("small", "scale"),), (("plan",),), (("x",),)]


@pytest.mark.parametrize("text", ["-ghana", '-"gold mine" -ghana', "the -ghana"])
def test_exclusions_alone_ask_for_nothing(text: str) -> None:
    query = query_of(text)
    assert query.is_empty
    assert ("ghana",) in query.unwanted


def test_a_quote_that_never_closes_counts_as_space() -> None:
    assert wanted('gold "resettlement plan') == [(("gold",),), (("resettlement",),), (("plan",),)]
    assert wanted('"') == []


def test_the_last_word_stands_for_longer_ones_the_commonest_first() -> None:
    know(resettlement=3, resettled=5, reserve=9)
    SearchWord.objects.create(index="lessons", word="resettlers", documents=7)
    assert wanted("plan reset") == [
        (("plan",),),
        (("reset",), ("resettled",), ("resettlement",)),
    ]
    assert query_of("reset", "lessons").wanted == ((("reset",), ("resettlers",)),)


@pytest.mark.parametrize("text", ["reset plan", '"reset"', 'plan "reset"', "plan -reset", "re"])
def test_no_other_word_stands_for_longer_ones(text: str) -> None:
    know(resettlement=3, resettled=5, reset=1, re=1)
    query = query_of(text)
    assert all(len(group) == 1 for group in query.wanted)
    assert query.unwanted in ((), (("reset",),))


def test_the_longer_words_of_a_last_word_are_bounded() -> None:
    know(**{f"gold{chr(97 + n // 26)}{chr(97 + n % 26)}": n + 1 for n in range(50)})
    (group,) = wanted("gold")
    assert len(group) == 1 + MOST_EXPANSIONS
    assert group[1] == ("goldbx",)  # the commonest


@pytest.mark.parametrize(
    "text", ["ASM", "orpaillage", "Zama-Zama", "zama zama", "artisanal mining", "Small  works"]
)
def test_any_name_of_a_glossary_term_stands_for_all_of_them(text: str) -> None:
    make_term("ASM", "orpaillage", "zama zama", expansion="artisanal mining (small works)")
    (group,) = wanted(f"{text} -nothing")
    assert set(group) == {
        ("asm",),
        ("orpaillage",),
        ("zama", "zama"),
        ("artisanal", "mining"),
        ("small", "works"),
    }


def test_a_quoted_name_has_its_synonyms_and_part_of_a_name_has_none() -> None:
    make_term("Illegal digging", "zama zama")
    assert wanted('"zama zama"') == [(("zama", "zama"), ("illegal", "digging"))]
    assert wanted("zama gold") == [(("zama",),), (("gold",),)]


def test_the_longest_name_within_a_text_is_taken() -> None:
    make_term("permit", "licence")
    make_term("digging permit", "carte")
    groups = wanted("old digging permit")
    assert groups == [(("old",),), (("digging", "permit"), ("carte",))]


def test_a_name_of_two_terms_stands_for_the_names_of_both() -> None:
    make_term("garimpo", "diggings")
    make_term("orpaillage", "diggings")
    assert set(wanted("diggings")[0]) == {("diggings",), ("garimpo",), ("orpaillage",)}
    assert set(wanted("garimpo")[0]) == {("diggings",), ("garimpo",)}


def test_a_last_word_has_synonyms_and_longer_words_but_the_end_of_a_longer_name_has_none() -> None:
    make_term("galamsey", "gold theft")
    know(galamseyers=2, thefts=4)
    assert wanted("galamsey") == [(("galamsey",), ("gold", "theft"), ("galamseyers",))]
    assert set(wanted("gold theft")[0]) == {("galamsey",), ("gold", "theft")}


def test_a_changed_glossary_changes_the_next_search() -> None:
    term = make_term("galamsey", "orpaillage")
    assert len(wanted("galamsey -x")[0]) == 2
    term.delete()
    assert wanted("galamsey -x") == [(("galamsey",),)]


def test_stop_words_ask_for_nothing_unless_they_stand_in_a_phrase() -> None:
    assert wanted("The mine of gold") == [(("mine",),), (("gold",),)]
    assert wanted('"rule of law"') == [(("rule", "of", "law"),)]
    assert query_of("the of -and").is_empty
    assert query_of("the of -and").unwanted == ()
    assert query_of('"to be"').is_empty


def test_typed_words_are_kept_for_suggestions_without_stop_words_and_exclusions() -> None:
    query = query_of('The "Gold mine" of Houndé -ghana')
    assert query.words == ("gold", "mine", "hounde")


@pytest.mark.parametrize("index", ["cases", "glossary"])
def test_no_text_is_too_odd_to_read_or_to_ask_either_database(index: str) -> None:
    make_case(title="Gold mine")
    make_term("Gold mine")
    for name, text in HOSTILE.items():
        query_of(text, index)  # of whatever length
        query = query_of(text[:LONGEST_TEXT], index)
        phrases = [phrase for group in query.wanted for phrase in group] + [*query.unwanted]
        assert all(word.isalnum() for phrase in phrases for word in phrase), name
        assert len(matching(index_named(index), query)) <= 1, name
        assert len(matching(index_named(index), query, ranked=False)) <= 1, name
