"""Two writers at once: the nightly scoring and an edit neither block nor undo each other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.management import call_command
from django.db import connection

from casestudies.models import CaseStudy
from portal.changes import change
from tests.builders import make_case

SHORT, LONG = 1.0, 20


@pytest.mark.django_db(transaction=True)
def test_scoring_every_case_and_a_long_change_do_not_wait_for_each_other() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer at a time begin")
    first, second = make_case(), make_case()
    before = CaseStudy.objects.get(pk=first.pk).completeness
    CaseStudy.objects.update(completeness=1)  # as if every record had grown old
    begun, scored = Event(), Event()

    def edit() -> None:
        try:
            with change():
                for case in (second, first):
                    case.outcome_note = "It lasted."
                    case.save()
                    begun.set()
                    scored.wait(SHORT)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        editing = pool.submit(edit)
        assert begun.wait(LONG)
        call_command("refresh_completeness", verbosity=0)
        scored.set()
        editing.result(LONG)
    scores = CaseStudy.objects.values_list("completeness", flat=True)
    assert min(scores) == max(scores) > before
