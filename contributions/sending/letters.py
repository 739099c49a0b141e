"""Letters to contributors and moderators: short, in plain words, never with the text itself."""

import json
import time
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from contributions.models import Contribution, Flag
from portal.mail.outbox import post
from portal.safety.audit import absolute
from portal.sealed import SealBrokenError, blind_print, seal, unseal

CONFIRM, VOUCH = "confirm", "vouch"
GOOD_FOR = 14 * 24 * 3600  # seconds in which an address is to be confirmed


def token_for(purpose: str, contribution: Contribution, address: str, key: str = "") -> str:
    """Give what a link in a letter holds: sealed, so that no log tells an address."""
    held = [purpose, contribution.pk, address, key, int(time.time())]
    return seal(json.dumps(held).encode()).decode()


def opened(token: str, purpose: str) -> tuple[int, str] | None:
    """Give contribution and address of a token that is still good for a purpose."""
    held = _held(token)
    if held is None or held[0] != purpose or time.time() - held[4] > GOOD_FOR:
        return None
    return held[1], held[2]


def key_in(token: str) -> str:
    """Give the key of the private link that a token holds; nothing where it holds none."""
    held = _held(token)
    return str(held[3]) if held else ""


def _held(token: str) -> Any:
    try:
        return json.loads(unseal(token.encode(errors="replace")))
    except (SealBrokenError, ValueError):
        return None


def keys_of(contribution: Contribution) -> list[str]:
    """Give the keys of all letters about a contribution, sent or waiting."""
    contact = getattr(contribution, "contact", None)
    addresses = [contact.email, contact.voucher_email] if contact else []
    steps = contribution.steps.values_list("pk", flat=True)
    return [
        *(_key(what, contribution, address) for what in ("receipt", "link", "vouch")
          for address in addresses),
        *(f"news-{contribution.pk}-{step}" for step in steps),
    ]  # fmt: skip


def _key(what: str, contribution: Contribution, address: str) -> str:
    return f"{what}-{contribution.pk}-{blind_print(address, 'letter')}"


def receipt(contribution: Contribution, address: str, key: str, absolute: Any) -> None:
    """Ask whether an address is theirs. The private link goes there when it is."""
    token = token_for(CONFIRM, contribution, address, key)
    text = _(
        "Thank you. Your contribution %(reference)s has come in and waits for a moderator.\n\n"
        "Is this your address? Please confirm it here, and we send you your private link:\n"
        "%(confirm)s\n\n"
        "If you did not send anything, ignore this letter: nothing will be published in your name."
    ) % {
        "reference": contribution.reference,
        "confirm": absolute(reverse("contribution-confirm", args=[token])),
    }
    subject = _("Your contribution %s") % contribution.reference
    post(address, subject, text, key=_key("receipt", contribution, address))


def private_link(contribution: Contribution, private: str) -> None:
    """Send the private link to the address that was confirmed."""
    address = contribution.contact.email
    text = _(
        "Follow, correct or withdraw your contribution %(reference)s by your private link. "
        "Whoever has it can do the same, so keep it to yourself:\n%(private)s"
    ) % {"reference": contribution.reference, "private": private}
    subject = _("Your private link")
    post(address, subject, text, key=_key("link", contribution, address))


def please_vouch(contribution: Contribution, address: str, absolute: Any) -> None:
    """Ask the organisation that was named whether it vouches."""
    token = token_for(VOUCH, contribution, address)
    text = _(
        "Somebody who calls themselves “%(name)s” has sent a contribution to Common Ground and "
        "says that %(organisation)s vouches for them. Please read it and say whether you do:\n"
        "%(address)s\n\nIf you do not know the person, ignore this letter."
    ) % {
        "name": " ".join(contribution.shown_name.split()),
        "organisation": " ".join(contribution.organisation.split()),
        "address": absolute(reverse("contribution-vouch", args=[token])),
    }
    subject = _("Do you vouch for a contribution?")
    post(address, subject, text, key=_key("vouch", contribution, address))


def news(contribution: Contribution, subject: str, told: str, step: int) -> None:
    """Tell the contributor of a step, if an address was given. The private link is theirs alone."""
    contact = getattr(contribution, "contact", None)
    if contact is None or not contact.email or contribution.email_confirmed_at is None:
        return
    text = _(
        "%(told)s\n\nEverything about it stands on the page of your private link, which we sent "
        "you (reference %(reference)s)."
    ) % {"told": told, "reference": contribution.reference}
    post(contact.email, subject, text, key=f"news-{contribution.pk}-{step}")


def moderators(subject: str, text: str, key: str) -> None:
    """Tell everybody who moderates."""
    codename = "moderate_contribution"
    chosen = (
        Q(user_permissions__codename=codename)
        | Q(groups__permissions__codename=codename)
        | Q(is_superuser=True)
    )
    people = get_user_model()._default_manager.filter(chosen, is_active=True).exclude(email="")
    for pk, address in people.distinct().values_list("pk", "email"):
        post(address, subject, text, key=f"{key}-{pk}")


def opinion_wanted(contribution: Contribution, step: int) -> None:
    """Tell everybody who moderates that another opinion is needed."""
    moderators(
        _("A second opinion is asked for: %s") % contribution.reference,
        desk_address(contribution),
        f"escalated-{step}",
    )


def desk_address(contribution: Contribution) -> str:
    """Give the address of a contribution at the desk."""
    return absolute(reverse("admin:contributions_contribution_change", args=[contribution.pk]))


def flag_address(flag: Flag) -> str:
    """Give the address of a flag at the desk."""
    return absolute(reverse("admin:contributions_flag_change", args=[flag.pk]))
