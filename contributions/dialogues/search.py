"""How dialogues are found by text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from casestudies.models import Theme
from contributions.dialogues.models import Dialogue, DialogueTheme, Statement
from portal.search import Document, SearchIndex, register
from portal.search.declaration import Keys
from portal.text import joined


def _documents(keys: Keys | None) -> Iterator[Document]:
    """Give the documents of the published dialogues among some, or of all. Three queries."""
    dialogues = Dialogue.objects.published()
    if keys is not None:
        dialogues = dialogues.filter(pk__in=keys)
    names: dict[int, list[str]] = defaultdict(list)
    statements: dict[int, list[str]] = defaultdict(list)
    tags = DialogueTheme.objects.filter(content_object__in=dialogues).order_by("tag__position")
    for dialogue, name in tags.values_list("content_object", "tag__name"):
        names[dialogue].append(name)
    rows = Statement.objects.filter(dialogue__in=dialogues).order_by("dialogue", "position")
    for dialogue, text in rows.values_list("dialogue", "text"):
        statements[dialogue].append(text)
    for row in dialogues.order_by("pk"):
        reported = [row.we_asked, row.you_said, row.we_did]
        yield Document(
            row.pk,
            row.title,
            row.question,
            joined([*row.convenors, *names[row.pk]]),
            joined([row.background, row.draft_text, *statements[row.pk], *reported]),
            "",
        )


def _rows(keys: Keys) -> Mapping[int, Dialogue]:
    rows: Mapping[int, Dialogue] = Dialogue.objects.published().in_bulk(keys)
    return rows


def _all_tagged(theme: Theme) -> Iterable[int]:
    return set(theme.dialogue_items.values_list("content_object", flat=True))


DIALOGUE_INDEX = register(
    SearchIndex(
        name="dialogues",
        label=_("Dialogues"),
        documents=_documents,
        parts={
            Dialogue: lambda dialogue: [dialogue.pk],
            Statement: lambda statement: [statement.dialogue_id],
            DialogueTheme: lambda link: [link.content_object_id],
        },
        labels={Theme: _all_tagged},
        list_url="dialogues",
        rows=_rows,
        template="contributions/dialogues/_card.html",
        is_browsable=False,
    ),
    order=35,
)
