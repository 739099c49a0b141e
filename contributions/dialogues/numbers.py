"""What moderators decided about the words of dialogues, in numbers for everybody."""

from collections import Counter
from dataclasses import dataclass
from statistics import median

from contributions.dialogues.models import Response, ResponseStep
from contributions.dialogues.vocabulary import Standing, StepKind, TextState
from contributions.vocabulary import DeclineReason


@dataclass(frozen=True)
class TextNumbers:
    """How many texts stand how. What was withdrawn is gone, and counted nowhere."""

    received: int
    waiting: int
    published: int
    declined: int
    appeals: int
    hours_to_decision: int | None
    reasons: list[tuple[str, int]]


def numbers_of_texts() -> TextNumbers:
    """Count; what was shut out as spam waits for nobody. Three queries."""
    texts = Response.objects.exclude(text="")
    rows = Counter(texts.values_list("text_state", "decline_reason", "standing"))
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for (state, reason, standing), number in rows.items():
        if standing == Standing.SHUT_OUT:
            continue
        states[state] += number
        if state == TextState.DECLINED and reason:
            reasons[reason] += number
    return TextNumbers(
        received=rows.total(),
        waiting=states[TextState.WAITING] + states[TextState.APPEALED],
        published=states[TextState.PUBLISHED],
        declined=states[TextState.DECLINED],
        appeals=texts.filter(steps__kind=StepKind.APPEALED).distinct().count(),
        hours_to_decision=_hours_to_decision(),
        reasons=[(str(DeclineReason(code).label), n) for code, n in reasons.most_common()],
    )


def _hours_to_decision() -> int | None:
    """Give the median time from sending to the first decision, in whole hours."""
    decisions = ResponseStep.objects.filter(kind__in=[StepKind.PUBLISHED, StepKind.DECLINED])
    # The oldest comes last, and stays.
    newest_first = decisions.exclude(response__text="").order_by("-moment", "-pk")
    rows = newest_first.values_list("response", "response__sent_at", "moment")
    first = {response: moment - sent_at for response, sent_at, moment in rows}
    hours = [waited.total_seconds() / 3600 for waited in first.values()]
    return round(median(hours)) if hours else None
