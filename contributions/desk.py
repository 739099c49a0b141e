"""The contributions on the curation desk."""

from contributions.models import Perspective
from portal.desk.states import watch

watch(Perspective)
