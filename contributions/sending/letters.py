"""Letters to contributors and moderators: short, in plain words, never with the text itself."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from contributions.models import Contribution, Flag
from portal.mail.outbox import post

CONFIRM, VOUCH = "contributions.confirm", "contributions.vouch"
GOOD_FOR = 14 * 24 * 3600  # seconds in which an address is to be confirmed


def receipt(contribution: Contribution, private: str, absolute: Any) -> None:
    """Say that it has come, with the private link, and ask for the address to be confirmed."""
    token = signing.dumps(
        [contribution.pk, contribution.contact.email], salt=CONFIRM, compress=True
    )
    text = _(
        "Thank you. Your contribution %(reference)s has come in and waits for a moderator.\n\n"
        "Is this your address? Please confirm it here:\n%(confirm)s\n\n"
        "Follow, correct or withdraw your contribution by your private link. "
        "Whoever has it can do the same, so keep it to yourself:\n%(private)s\n\n"
        "If you did not send anything, ignore this letter: nothing will be published in your name."
    ) % {
        "reference": contribution.reference,
        "confirm": absolute(reverse("contribution-confirm", args=[token])),
        "private": private,
    }
    subject = _("Your contribution %s") % contribution.reference
    post(contribution.contact.email, subject, text, key=f"receipt-{contribution.pk}")


def please_vouch(contribution: Contribution, absolute: Any) -> None:
    """Ask the organisation that was named whether it vouches."""
    address = contribution.contact.voucher_email
    token = signing.dumps([contribution.pk, address], salt=VOUCH, compress=True)
    text = _(
        "Somebody who calls themselves “%(name)s” has sent a contribution to Common Ground and "
        "says that %(organisation)s vouches for them. Please read it and say whether you do:\n"
        "%(address)s\n\nIf you do not know the person, ignore this letter."
    ) % {
        "name": contribution.shown_name,
        "organisation": contribution.organisation,
        "address": absolute(reverse("contribution-vouch", args=[token])),
    }
    subject = _("Do you vouch for a contribution?")
    post(address, subject, text, key=f"vouch-{contribution.pk}-{contribution.steps.count()}")


def news(contribution: Contribution, subject: str, told: str, step: int) -> None:
    """Tell the contributor of a step, if an address was given. The private link is theirs alone."""
    contact = getattr(contribution, "contact", None)
    if contact is None or not contact.email:
        return
    text = _(
        "%(told)s\n\nEverything about it stands on the page of your private link, which came with "
        "our first letter (reference %(reference)s)."
    ) % {"told": told, "reference": contribution.reference}
    post(contact.email, subject, text, key=f"news-{contribution.pk}-{step}")


def moderators(subject: str, text: str, key: str) -> None:
    """Tell everybody who moderates."""
    codename = "moderate_contribution"
    chosen = Q(user_permissions__codename=codename) | Q(groups__permissions__codename=codename)
    people = get_user_model()._default_manager.filter(chosen, is_active=True).exclude(email="")
    for pk, address in people.distinct().values_list("pk", "email"):
        post(address, subject, text, key=f"{key}-{pk}")


def desk_address(contribution: Contribution) -> str:
    """Give the path of a contribution at the desk; the host is the reader's own."""
    return f"/{settings.ADMIN_PATH}contributions/contribution/{contribution.pk}/change/"


def flag_address(flag: Flag) -> str:
    """Give the path of a flag at the desk."""
    return f"/{settings.ADMIN_PATH}contributions/flag/{flag.pk}/change/"
