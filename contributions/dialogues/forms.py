"""The form of a response: few questions, one of which must be answered."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from casestudies.models import Country
from contributions.dialogues.models import LONGEST_NAME, LONGEST_TEXT, Response, Statement
from contributions.dialogues.services import Answer
from contributions.dialogues.vocabulary import Choice
from contributions.vocabulary import StakeholderKind

NO_ANSWER = ""


class WordsField(forms.CharField):
    """A text in which a line break is one character, as browsers count it."""

    def to_python(self, value: Any) -> Any:
        """Read line breaks as one character."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if text else text


class ResponseForm(forms.Form):
    """A response to a dialogue, or a reply to one, which has no statements."""

    kind = forms.ChoiceField(
        label=_("You speak as"),
        choices=[("", _("Please choose")), *StakeholderKind.choices],
        error_messages={"required": _("Say as whom you speak.")},
    )
    country = forms.ModelChoiceField(
        Country.objects.order_by("name"),
        label=_("Country"),
        required=False,
        empty_label=_("Not said"),
        error_messages={"invalid_choice": _("Choose a country of the list.")},
    )
    text = WordsField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "max_length": _(
                "Please shorten it: it has %(show_value)d characters, %(limit_value)d fit."
            )
        },
    )
    name = forms.CharField(
        label=_("Name to show"),
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, statements: Iterable[Statement], is_reply: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.statements = [] if is_reply else list(statements)
        self.is_reply = is_reply
        for statement in self.statements:
            self.fields[_field_of(statement)] = forms.ChoiceField(
                label=statement.text,
                choices=[*Choice.choices, (NO_ANSWER, _("No answer"))],
                required=False,
                initial=NO_ANSWER,
                widget=forms.RadioSelect,
            )
        if is_reply:
            self.fields["text"].required = True
            self.fields["text"].error_messages["required"] = _("Write your reply.")
        for name in ("kind", "country", "text", "name"):
            self.fields[name].widget.attrs["aria-describedby"] = f"help_{name}"

    @classmethod
    def initial_of(cls, response: Response) -> dict[str, Any]:
        """Give what a response holds, to be changed. One query."""
        votes = response.votes.values_list("statement", "choice")
        return {
            "kind": response.kind,
            "country": response.country_id,
            "text": response.text,
            "name": response.name,
            **{f"statement-{statement}": choice for statement, choice in votes},
        }

    @property
    def ballots(self) -> list[forms.BoundField]:
        """The statements as fields, in their order."""
        return [self[_field_of(statement)] for statement in self.statements]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What is wrong: the id of the field to mend (empty for the whole), and what to do."""
        return [
            ("" if name == NON_FIELD_ERRORS else self[name].id_for_label, str(text))
            for name, texts in self.errors.items()
            for text in texts
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for something: a statement that is answered, or some words."""
        values = super().clean() or {}
        is_empty = not any(values.get(_field_of(each)) for each in self.statements)
        if is_empty and not values.get("text") and "text" not in self.errors:
            self.add_error(None, _("Answer at least one statement, or write something."))
        return values

    @property
    def answer(self) -> Answer:
        """What the form says, once it is valid."""
        values = self.cleaned_data
        votes = {each.pk: values.get(_field_of(each), NO_ANSWER) for each in self.statements}
        return Answer(
            kind=values["kind"],
            country=values["country"],
            name=values["name"],
            text=values["text"],
            votes={key: choice for key, choice in votes.items() if choice},
        )


def _field_of(statement: Statement) -> str:
    return f"statement-{statement.pk}"
