"""The closed lists of the case studies, each value with its definition.

Lists whose words curators may change (themes, partnership types, approaches, collections) are
tables in the database instead.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.choices import DefinedChoices


class MineStage(DefinedChoices):
    """Where the large mine stands in its life."""

    EXPLORATION = (
        "exploration",
        _("The large company explores or plans, and no large mine is built yet."),
        _("Exploration"),
    )
    CONSTRUCTION = (
        "construction",
        _(
            "The large mine is being built, extended or prepared, including land access and resettlement."
        ),
        _("Construction"),
    )
    OPERATION = (
        "operation",
        _("The large mine produces, or is on care and maintenance between periods of production."),
        _("Operation"),
    )
    CLOSURE = (
        "closure",
        _("Large-scale mining has stopped for good or has been suspended for long."),
        _("Closure"),
    )


class AsgmStatus(DefinedChoices):
    """How the sources describe the small-scale miners; not a legal finding."""

    FORMAL = (
        "formal",
        _("Miners hold a licence, contract or other legal right."),
        _("Formal"),
    )
    INFORMAL = (
        "informal",
        _("Miners work outside the formal framework, without the source calling them criminal."),
        _("Informal"),
    )
    ILLEGAL = (
        "illegal",
        _(
            "The source treats the mining as unlawful, for example on another holder's ground or by order of the authorities."
        ),
        _("Illegal"),
    )
    MIXED = (
        "mixed",
        _("Lawful and unlawful, or settled and newly arrived, miners are present together."),
        _("Mixed"),
    )
    TRADITIONAL = (
        "traditional",
        _("Mining by long custom, often older than the present title."),
        _("Traditional"),
    )


class OutcomeStatus(DefinedChoices):
    """What became of the main result, judged from the record alone."""

    HELD = (
        "held",
        _("The main result was still in place at the latest date in the record."),
        _("Held"),
    )
    PARTLY_HELD = (
        "partly-held",
        _(
            "Part of the result lasted and part did not, or it covered only some of the people or ground."
        ),
        _("Partly held"),
    )
    FADED = (
        "faded",
        _(
            "The effort lost force or brought little of what was intended, without being formally undone."
        ),
        _("Faded"),
    )
    REVERSED = (
        "reversed",
        _("The result was undone or overturned."),
        _("Reversed"),
    )
    ONGOING = (
        "ongoing",
        _(
            "The process, dispute or programme was still under way at the latest date in the record."
        ),
        _("Ongoing"),
    )
    UNKNOWN = (
        "unknown",
        _("The record does not say what became of it."),
        _("Unknown"),
    )


class StatusDriver(DefinedChoices):
    """What, by the record, changed the result."""

    REGULATORY_CHANGE = (
        "regulatory-change",
        _(
            "A change in law, policy, licensing or government, or a formal decision of the authorities, changed the result."
        ),
        _("Regulatory change"),
    )
    CONFLICT = (
        "conflict",
        _("Violence, unrest, a blockade, armed groups or a wider crisis changed the result."),
        _("Conflict"),
    )
    NATURAL_DISASTER = (
        "natural-disaster",
        _("A flood, storm, landslide or epidemic changed the result."),
        _("Natural disaster"),
    )
    MANAGEMENT_OR_OWNERSHIP_CHANGE = (
        "management-or-ownership-change",
        _("A new owner, manager or operator changed the result."),
        _("Management or ownership change"),
    )
    PRICE_OR_MARKET = (
        "price-or-market",
        _("A change in the gold price or in the market changed the result."),
        _("Price or market"),
    )
    SECURITY_OPERATION = (
        "security-operation",
        _("The deployment, action or withdrawal of police, soldiers or guards changed the result."),
        _("Security operation"),
    )
    COURT_OR_ARBITRATION = (
        "court-or-arbitration",
        _("A court case, ruling, settlement or arbitration changed the result."),
        _("Court or arbitration"),
    )


class CompanyRole(DefinedChoices):
    """What a company is to the case."""

    OPERATOR = (
        "operator",
        _("Runs the site, or holds and develops the project, at the time of the case."),
        _("Operator"),
    )
    FORMER_OPERATOR = (
        "former-operator",
        _(
            "Ran or held the site before the present operator, or before large-scale mining stopped."
        ),
        _("Former operator"),
    )
    PARTNER = (
        "partner",
        _("Holds a share, finances the project or takes part beside the operator, now or earlier."),
        _("Partner"),
    )
    OWNER = (
        "owner",
        _("Holds the claims or the company without running a large mine there."),
        _("Owner"),
    )
    EXPLORER = (
        "explorer",
        _(
            "Explored the ground, or held a neighbouring exploration permit, without being the operator."
        ),
        _("Explorer"),
    )


class PartyKind(DefinedChoices):
    """What kind of body a party or an organisation is."""

    GOVERNMENT = (
        "government",
        _(
            "National, regional or local public authority, regulator, parliament, court or state company, including the state as a shareholder."
        ),
        _("Government"),
    )
    NGO = (
        "ngo",
        _("Civil society body, foundation or human-rights organisation, local or international."),
        _("Non-governmental organisation"),
    )
    DONOR = (
        "donor",
        _("Public or private funder of a programme."),
        _("Donor"),
    )
    COMMUNITY = (
        "community",
        _(
            "Residents, landowners, traditional authorities and miners who act without an organisation of their own."
        ),
        _("Community"),
    )
    ASGM_ASSOCIATION = (
        "asgm-association",
        _("Association, cooperative, committee, union or company of small-scale miners."),
        _("Small-scale miners' organisation"),
    )
    INDUSTRY_BODY = (
        "industry-body",
        _("Chamber of mines, trade association or joint service of mining companies."),
        _("Industry body"),
    )
    ACADEMIA = (
        "academia",
        _("University, researcher, training institution or independent expert panel."),
        _("Academia"),
    )
    REFINER_TRADER = (
        "refiner-trader",
        _("Buyer, broker, refiner or body linked to the gold trade."),
        _("Refiner or trader"),
    )
    MULTILATERAL = (
        "multilateral",
        _("United Nations body, development bank or other international organisation of states."),
        _("Multilateral"),
    )
    SECURITY_FORCE = (
        "security-force",
        _("Police, army, gendarmerie or other public or paramilitary force."),
        _("Security force"),
    )


class Claimant(DefinedChoices):
    """Who says so: whose claim a figure is."""

    COMPANY = (
        "company",
        _("A mining company or a body that speaks for the industry or trade."),
        _("Company"),
    )
    GOVERNMENT = (
        "government",
        _("A public authority, parliament, prosecutor or security force."),
        _("Government"),
    )
    NGO = (
        "ngo",
        _("A civil society body, including databases that such bodies run with researchers."),
        _("Non-governmental organisation"),
    )
    COMMUNITY = (
        "community",
        _("Residents, landowners, small-scale miners or their organisations."),
        _("Community"),
    )
    MEDIA = (
        "media",
        _(
            "A news outlet in its own voice, or a figure that the outlet reports without saying whose it is."
        ),
        _("Media"),
    )
    ACADEMIC = (
        "academic",
        _("A researcher, university or expert panel."),
        _("Academic"),
    )
    MULTILATERAL = (
        "multilateral",
        _("An international organisation, development bank or donor programme."),
        _("Multilateral"),
    )
    COURT = (
        "court",
        _("A judgment or other court record."),
        _("Court"),
    )
    UNKNOWN = (
        "unknown",
        _("The maker of the claim cannot be told from label and source."),
        _("Unknown"),
    )


class AsgmScale(DefinedChoices):
    """How many small-scale miners the record counts at the site."""

    UNDER_100 = (
        "under-100",
        _(
            "The record counts fewer than 100 small-scale miners, or people living from their work, at the site."
        ),
        _("Under 100 people"),
    )
    FROM_100_999 = (
        "100-999",
        _("The record counts between 100 and 999."),
        _("100 to 999 people"),
    )
    FROM_1000_9999 = (
        "1000-9999",
        _("The record counts between 1,000 and 9,999."),
        _("1,000 to 9,999 people"),
    )
    FROM_10000_PLUS = (
        "10000-plus",
        _("The record counts 10,000 or more, or gives that as its upper estimate."),
        _("10,000 people or more"),
    )
    UNKNOWN = (
        "unknown",
        _("The record gives no count for the site."),
        _("Unknown"),
    )


class YesNoUnknown(models.TextChoices):
    """A fact about the setting. Unknown means only that the record does not say."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Unknown")


class Organised(models.TextChoices):
    """Whether the miners are organised."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Unknown")


class YesNo(models.TextChoices):
    """A fact about the text of the record itself, which is always known."""

    YES = "yes", _("Yes")
    NO = "no", _("No")


class ReportStatus(models.TextChoices):
    """Whether a record is known to stand in the World Gold Council report of 2022."""

    CONFIRMED = "confirmed", _("Confirmed by a source that was seen")
    UNKNOWN = "unknown", _("Not known")
