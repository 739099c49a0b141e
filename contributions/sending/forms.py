"""What each kind of contribution asks, and nothing more.

A kind is a list of steps, a step is one form. Every field of a form but those of `ABOUT` is an
answer in the contributor's own words.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies.models import Country
from contributions.sending.cautions import cautions_in
from contributions.vocabulary import ContributionKind, Identity, Passage, StakeholderKind

LONGEST_TEXT = 8_000
# Fields that are columns of the contribution, or of its contact data; the rest are answers.
ABOUT = (
    "identity", "shown_name", "organisation", "stakeholder_kind", "country", "district",
    "passage", "quote",
)  # fmt: skip
CONTACT = ("email", "phone", "voucher_email")
NAMING = ("shown_name", "organisation", "voucher_email")
Text = Any  # a text, or one that is translated when it is shown


def _long(label: Text, help_text: Text = "", required: bool = True, rows: int = 8) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": gettext_lazy("Please write something here.")},
    )


def _short(label: Text, help_text: Text = "", required: bool = False, most: int = 150) -> Any:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=most)


class SendingForm(forms.Form):
    """One step of a contribution."""

    # Answers that are checked for what may put somebody at risk, and for links.
    texts: tuple[str, ...] = ()
    use_required_attribute = False

    def __init__(self, *args: Any, is_draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_draft = is_draft
        if is_draft:  # what is kept for later may have gaps, and may not be false
            for field in self.fields.values():
                field.required = False
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_help"

    def answers(self) -> dict[str, str]:
        """Give the contributor's own words by question."""
        other = {*ABOUT, *CONTACT, "consent", "file", "checked"}
        return {name: value for name, value in self.cleaned_data.items() if name not in other}

    def about(self) -> dict[str, Any]:
        """Give what is said of who speaks and of what."""
        about = {name: self.cleaned_data[name] for name in ABOUT if name in self.fields}
        if "identity" in about:  # a draft may leave it open
            about["identity"] = about["identity"] or Identity.ANONYMOUS
        return about

    def contact(self) -> dict[str, str]:
        """Give how the contributor is reached."""
        return {name: self.cleaned_data[name] for name in CONTACT if name in self.fields}

    def own_words(self) -> list[str]:
        """Give all that was typed, to be looked at by the guard."""
        return [value for value in self.cleaned_data.values() if isinstance(value, str)]

    def cautions(self) -> list[str]:
        """Give warnings about what may put somebody at risk."""
        return cautions_in(" \n".join(self.cleaned_data.get(name, "") for name in self.texts))


class SpeakerForm(SendingForm):
    """Who speaks: as much as the contributor wants to say."""

    identity = forms.ChoiceField(
        label=gettext_lazy("How shall we name you?"),
        help_text=gettext_lazy("Readers see this beside your text. You need not give your name."),
        choices=[
            (Identity.ANONYMOUS, gettext_lazy("Not at all: “Anonymous”")),
            (Identity.PSEUDONYM, gettext_lazy("By a name that I choose")),
            (Identity.CONFIRMED, gettext_lazy("By my name; I confirm it by e-mail")),
            (Identity.VOUCHED, gettext_lazy("By a name, and an organisation vouches for me")),
        ],
        initial=Identity.ANONYMOUS,
        widget=forms.RadioSelect,
    )
    shown_name = _short(
        gettext_lazy("Name to be shown"),
        gettext_lazy("Leave it empty to stay anonymous."),
        most=100,
    )
    organisation = _short(
        gettext_lazy("Organisation"),
        gettext_lazy("The one that you speak for, or that vouches for you. It is shown."),
    )
    voucher_email = forms.EmailField(
        label=gettext_lazy("E-mail of somebody there who vouches for you"),
        help_text=gettext_lazy(
            "We ask them, and they read your text before it is published. Never shown."
        ),
        required=False,
    )
    stakeholder_kind = forms.ChoiceField(
        label=gettext_lazy("You speak as"),
        choices=[("", gettext_lazy("Please choose")), *StakeholderKind.choices],
        error_messages={"required": gettext_lazy("Please choose what comes closest.")},
    )
    country = forms.ModelChoiceField(
        label=gettext_lazy("Country"),
        queryset=Country.objects.all(),
        required=False,
        empty_label=gettext_lazy("I do not say"),
    )
    district = _short(
        gettext_lazy("District or region"),
        gettext_lazy("No village and no pit: a place that is too exact can put people at risk."),
        most=100,
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy(
            "Only if you want an answer. Never shown; sealed; erased after a year at the latest."
        ),
        required=False,
    )
    consent = forms.BooleanField(
        label=gettext_lazy(
            "A moderator may publish this text with the name that I chose, under the licence "
            "CC BY 4.0: anybody may use it if they say where it is from. I can withdraw it at any "
            "time by my private link."
        ),
        error_messages={
            "required": gettext_lazy("Without your consent we may not publish; please tick this.")
        },
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way of being named needs."""
        data = super().clean() or {}
        if self.is_draft:
            return data
        kept: dict[str, tuple[str, ...]] = {
            Identity.PSEUDONYM: ("shown_name",),
            Identity.CONFIRMED: ("shown_name", "organisation"),
            Identity.VOUCHED: NAMING,
        }
        needs: dict[str, tuple[str, ...]] = {
            Identity.PSEUDONYM: ("shown_name",),
            Identity.CONFIRMED: ("shown_name", "email"),
            Identity.VOUCHED: ("shown_name", "organisation", "voucher_email"),
        }
        for name in needs.get(data.get("identity", ""), ()):
            if name not in self.errors and not data.get(name):
                self.add_error(name, _("This is needed for the way of naming you that you chose."))
        # What the chosen way does not show is not kept either.
        for name in NAMING:
            if name not in self.errors and name not in kept.get(data.get("identity", ""), ()):
                data[name] = ""
        return data


class PerspectiveForm(SpeakerForm):
    """A view on a case or a lesson."""

    texts = ("text",)
    text = _long(
        gettext_lazy("What do you want to say?"),
        gettext_lazy("In your own words and your own language. Up to 8,000 characters."),
        rows=10,
    )
    field_order = ["text"]


class ReplyForm(SpeakerForm):
    """The answer of somebody who is named in a case."""

    texts = ("quote", "text")
    passage = forms.ChoiceField(
        label=gettext_lazy("Which part of the page do you answer?"),
        choices=Passage.choices,
        required=False,
    )
    quote = _short(
        gettext_lazy("The words that you answer"),
        gettext_lazy("Copy the sentence from the page, if you answer one."),
        most=500,
    )
    text = _long(gettext_lazy("Your reply"), gettext_lazy("Up to 8,000 characters."), rows=10)
    field_order = ["passage", "quote", "text"]


class CorrectionForm(SpeakerForm):
    """Something that is wrong or out of date."""

    texts = ("wrong", "right")
    wrong = _long(gettext_lazy("What is wrong or out of date?"), rows=4)
    right = _long(gettext_lazy("What would be right?"), rows=4)
    source = _short(
        gettext_lazy("Where can this be read?"),
        gettext_lazy("An address or a document, if there is one."),
        most=500,
    )
    field_order = ["wrong", "right", "source"]


class ExperienceForm(SpeakerForm):
    """What somebody saw who tried what a lesson says."""

    texts = ("done", "came_of_it", "advice")
    done = _long(
        gettext_lazy("What did you try?"),
        gettext_lazy("Who took part, where roughly, and when."),
        rows=6,
    )
    came_of_it = _long(
        gettext_lazy("What came of it?"), gettext_lazy("The good and the bad."), rows=6
    )
    advice = _long(gettext_lazy("What would you tell others who try it?"), required=False, rows=4)
    field_order = ["done", "came_of_it", "advice"]


class CaseWhatForm(SendingForm):
    """A new case: what and where."""

    texts = ("summary",)
    title = _short(gettext_lazy("A title"), required=True, most=150)
    summary = _long(
        gettext_lazy("What is it about, in two or three sentences?"),
        rows=4,
    )
    mine = _short(gettext_lazy("Mine or project"), required=True)
    companies = _short(gettext_lazy("Companies"), gettext_lazy("As far as you know."))
    country = forms.ModelChoiceField(
        label=gettext_lazy("Country"),
        queryset=Country.objects.all(),
        empty_label=gettext_lazy("Please choose"),
    )
    district = _short(
        gettext_lazy("District or region"),
        gettext_lazy("No village and no pit: a place that is too exact can put people at risk."),
        required=True,
        most=100,
    )
    years = _short(gettext_lazy("When"), gettext_lazy("For example: 2019 to 2023."), most=50)


class CaseStoryForm(SendingForm):
    """A new case: the story."""

    texts = ("context", "done", "came_of_it")
    context = _long(gettext_lazy("How were things before?"), rows=6)
    done = _long(gettext_lazy("What was done, and by whom?"), rows=6)
    came_of_it = _long(
        gettext_lazy("What came of it?"), gettext_lazy("The good and the bad."), rows=6
    )


class CaseEvidenceForm(SendingForm):
    """A new case: what it rests on."""

    texts = ("parties",)
    sources = _long(
        gettext_lazy("Where can this be read or checked?"),
        gettext_lazy("Addresses, reports, newspapers; one a line."),
        required=False,
        rows=5,
    )
    parties = _long(
        gettext_lazy("Who else took part?"),
        gettext_lazy("Organisations and offices; no names of private persons."),
        required=False,
        rows=3,
    )


class CaseSpeakerForm(SpeakerForm):
    """A new case: who tells it. Country and district were asked before."""

    country = None  # type: ignore[assignment]
    district = None


@dataclass(frozen=True)
class Part:
    """A question whose answer is part of the published text, under a heading if there is one."""

    name: str
    heading: Text = ""


@dataclass(frozen=True)
class Kind:
    """A kind of contribution: what it asks, and what of the answers makes its text."""

    value: ContributionKind
    title: Text
    lead: Text
    steps: tuple[type[SendingForm], ...]
    parts: tuple[Part, ...]
    on: tuple[str, ...] = ()  # what it may be about: "case", "lesson"


KINDS = {
    kind.value.value: kind
    for kind in (
        Kind(
            ContributionKind.PERSPECTIVE,
            gettext_lazy("Say what you think of a case or a lesson"),
            gettext_lazy("Your own view, in your own words."),
            (PerspectiveForm,),
            (Part("text"),),
            on=("case", "lesson"),
        ),
        Kind(
            ContributionKind.EXPERIENCE,
            gettext_lazy("“We tried this”"),
            gettext_lazy("Tell what happened when you tried what a lesson says."),
            (ExperienceForm,),
            (
                Part("done", gettext_lazy("What we tried")),
                Part("came_of_it", gettext_lazy("What came of it")),
                Part("advice", gettext_lazy("What we would tell others")),
            ),
            on=("lesson",),
        ),
        Kind(
            ContributionKind.CASE,
            gettext_lazy("Tell a new case"),
            gettext_lazy("Four short steps. You can stop after each one and come back later."),
            (CaseWhatForm, CaseStoryForm, CaseEvidenceForm, CaseSpeakerForm),
            (
                Part("summary"),
                Part("context", gettext_lazy("Before")),
                Part("done", gettext_lazy("What was done")),
                Part("came_of_it", gettext_lazy("What came of it")),
            ),
        ),
        Kind(
            ContributionKind.CORRECTION,
            gettext_lazy("Correct something"),
            gettext_lazy("Say what is wrong or out of date, and what is right."),
            (CorrectionForm,),
            (
                Part("wrong", gettext_lazy("What is wrong or out of date")),
                Part("right", gettext_lazy("What would be right")),
                Part("source", gettext_lazy("Where this can be read")),
            ),
            on=("case", "lesson"),
        ),
        Kind(
            ContributionKind.REPLY,
            gettext_lazy("Reply, because you are named in a case"),
            gettext_lazy("Your reply stands beside the words that it answers, and in the PDF."),
            (ReplyForm,),
            (Part("text"),),
            on=("case",),
        ),
    )
}


def composed(kind: Kind, answers: dict[str, str]) -> str:
    """Give the answers as one text in Markdown, with a heading where a question has one."""
    pieces = []
    for part in kind.parts:
        if text := answers.get(part.name, "").strip():
            pieces.append(f"### {part.heading}\n\n{text}" if part.heading else text)
    return "\n\n".join(pieces)
