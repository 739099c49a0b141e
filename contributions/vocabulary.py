"""The closed lists of the contributions, each value with its definition."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casestudies.vocabulary import PartyKind
from portal.choices import DefinedChoices


class StakeholderKind(DefinedChoices):
    """Who speaks: every kind of body that a case knows, and those who are no party of a case."""

    _ignore_ = ["each"]
    for each in PartyKind:
        vars()[each.name] = (each.value, each.definition, each._label_)
    COMPANY = (
        "company",
        _("A mining company or its staff."),
        _("Mining company"),
    )
    PERSON = (
        "person",
        _("Somebody who speaks for no body."),
        _("A person of no organisation"),
    )


class ContributionKind(DefinedChoices):
    """What a contribution is."""

    PUBLISHED_VIEW = (
        "published-view",
        _("An organisation’s own view, published by it elsewhere and summed up here."),
        _("Published view"),
    )
    PERSPECTIVE = (
        "perspective",
        _("A view on a case study or a lesson, sent in."),
        _("View sent in"),
    )
    EXPERIENCE = (
        "experience",
        _("What somebody saw who tried what a lesson says."),
        _("“We tried this”"),
    )
    CASE = (
        "case",
        _("A case that the library did not have, sent in."),
        _("New case"),
    )
    CORRECTION = (
        "correction",
        _("What somebody says is wrong or out of date, and what is right."),
        _("Correction"),
    )
    REPLY = (
        "reply",
        _("The answer of somebody who is named in a case."),
        _("Reply"),
    )


class Identity(DefinedChoices):
    """How far it is known who speaks."""

    PUBLISHED = (
        "published",
        _("The organisation published it itself; the source is given."),
        _("Published by the organisation"),
    )
    CONFIRMED = (
        "confirmed",
        _("Named; an e-mail address given with the name was confirmed."),
        _("Named, e-mail confirmed"),
    )
    VOUCHED = (
        "vouched",
        _("An organisation that is named vouches for the person."),
        _("Vouched for by an organisation"),
    )
    PSEUDONYM = (
        "pseudonym",
        _("A name that the contributor chose; nobody has checked who it is."),
        _("Pseudonym"),
    )
    ANONYMOUS = (
        "anonymous",
        _("Without a name; nobody has checked who it is."),
        _("Anonymous"),
    )


class ContributionState(models.TextChoices):
    """How far a contribution has come."""

    DRAFT = "draft", _("Not sent yet")
    WAITING = "waiting", _("Waiting for a moderator")
    ASKED = "asked", _("A question to you is open")
    PUBLISHED = "published", _("Published")
    DECLINED = "declined", _("Declined")
    APPEALED = "appealed", _("Declined; another moderator looks at it again")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DeclineReason(DefinedChoices):
    """Why something that was sent in is not published: a contribution, or words of a dialogue.

    Its author reads the definition on their private page.
    """

    HARM = (
        "harm",
        _("It could put somebody at risk, and cannot be told without that."),
        _("Could harm somebody"),
    )
    PRIVATE = (
        "private",
        _(
            "It is about the private life of people who are not public persons, or gives somebody "
            "away."
        ),
        _("Private persons"),
    )
    ALLEGATION = (
        "allegation",
        _(
            "It accuses somebody, in a dialogue or without support. A grievance mechanism can look "
            "into that."
        ),
        _("Accusation"),
    )
    ABUSE = (
        "abuse",
        _("It insults, threatens or calls for violence."),
        _("Insult or threat"),
    )
    OFF_TOPIC = (
        "off-topic",
        _(
            "It is not about large-scale and small-scale gold mining side by side, or does not "
            "speak to the question."
        ),
        _("Off topic"),
    )
    UNCLEAR = (
        "unclear",
        _("It cannot be understood, and questions were not answered."),
        _("Unclear"),
    )
    DOUBLE = (
        "double",
        _("It has been said here already."),
        _("Already here"),
    )
    SPAM = (
        "spam",
        _("It advertises or was sent by a machine."),
        _("Spam"),
    )


class Passage(models.TextChoices):
    """Parts of the page of a case that can be answered. The values are anchors of that page."""

    WHOLE = "", _("The whole page")
    CONTEXT = "context", _("Context")
    DONE = "done", _("What was done")
    OUTCOMES = "outcomes", _("What came of it")
    CHALLENGES = "challenges", _("Challenges")
    LEARNT = "learnt", _("What this case teaches")
    FIGURES = "figures", _("Figures")
