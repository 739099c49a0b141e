"""Tables beside the portal's own, that some engines need. Written by bench/inside/tables.py."""

from django.db import models

from casestudies.models import CaseStudy


class CasePlace(models.Model):
    """The place of a published case in the portal's default order: a help for the others."""

    place = models.IntegerField(primary_key=True)
    case = models.OneToOneField(CaseStudy, on_delete=models.DO_NOTHING, related_name="in_order")

    class Meta:
        managed = False
        db_table = "bench_case_place"

    def __str__(self) -> str:
        return str(self.place)
