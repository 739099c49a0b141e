"""The form by which something is followed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.following.models import Frequency


class FollowForm(forms.Form):
    """An address, and how often."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Please give your e-mail address."),
            "invalid": _("This does not look like an e-mail address: name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    frequency = forms.TypedChoiceField(
        label=_("At most one mail"),
        choices=Frequency.choices,
        coerce=Frequency,
        initial=Frequency.WEEKLY,
    )
