"""What can be followed of the contributions: a perspective, and any selection."""

from django.utils.translation import gettext_lazy as _

from contributions.facets import PERSPECTIVES
from contributions.linked_data import summary_of
from contributions.models import Perspective
from portal.following.kinds import register
from portal.following.records import record_kind, selection_kind

register(selection_kind(PERSPECTIVES, "perspectives", _("Perspectives"), summary_of))
register(record_kind("perspective", Perspective, summary_of))
