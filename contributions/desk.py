"""The contributions on the curation desk."""

import contributions.dialogues.desk  # noqa: F401
from contributions.models import Perspective
from portal.desk.states import watch

watch(Perspective)
