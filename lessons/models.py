"""What is learnt: lessons and their evidence, the baseline checklist and the glossary."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseStudy, PartnershipType, Theme
from casestudies.vocabulary import YesNoUnknown
from lessons.querysets import EvidenceQuerySet, LessonQuerySet
from lessons.vocabulary import AnswerType, Audience, Stance
from lessons.weight import in_words
from portal.choices import is_one_of
from portal.fields import AddressesField, ChoicesField, LinesField, labels
from portal.markdown import RenderedField
from portal.models import PointBase, Publishable, SourceBase
from portal.tagging import TermLink, VocabularyField


class Lesson(Publishable):
    """A statement drawn from many cases, weighed against the evidence of each."""

    slug = models.SlugField(_("slug"), max_length=80)
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"))
    discussion = models.TextField(_("discussion"), help_text=_("In Markdown."))
    discussion_html = RenderedField(source="discussion")
    audiences = ChoicesField(_("audiences"), options=Audience)
    themes = VocabularyField(verbose_name=_("themes"), through="lessons.LessonTheme")
    partnership_types = VocabularyField(
        verbose_name=_("SDG 17 partnership types"), through="lessons.LessonPartnershipType"
    )
    seed_paragraph = models.TextField(
        _("words of the press summary"),
        blank=True,
        help_text=_("A few words from a press summary of the 2022 report that point to the theme."),
    )
    report_chapter = models.PositiveSmallIntegerField(
        _("chapter of the 2022 report"),
        null=True,
        blank=True,
        help_text=_("The chapter that appears to match, judged from the table of contents."),
    )

    objects = LessonQuerySet.as_manager()

    class Meta(Publishable.Meta):
        abstract = False
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["number"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(working_copy_of__isnull=True),
                name="lessons_lesson_number_once",
                violation_error_message=_("Another lesson has this number."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Give the address of the lesson."""
        return reverse("lesson", args=[self.slug])

    @property
    def stance_counts(self) -> dict[Stance, int]:
        """How many cases support, qualify and challenge it. Needs `with_stances()`."""
        return {stance: getattr(self, stance.value) for stance in Stance}

    @property
    def weight_in_words(self) -> str:
        """The same in words. Needs `with_stances()`."""
        return in_words(self.stance_counts)

    @property
    def audience_labels(self) -> list[str]:
        """The audiences in words."""
        return labels(Audience, self.audiences)


class LessonTheme(TermLink):
    """A theme of a lesson."""

    content_object = models.ForeignKey(
        Lesson, on_delete=models.CASCADE, related_name="theme_items", db_index=False
    )
    tag = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="lesson_items")

    class Meta:
        constraints = [
            # Also the index by which a lesson's themes are read.
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="lessons_lessontheme_once"
            )
        ]


class LessonPartnershipType(TermLink):
    """A partnership type of a lesson."""

    content_object = models.ForeignKey(
        Lesson, on_delete=models.CASCADE, related_name="partnership_type_items", db_index=False
    )
    tag = models.ForeignKey(PartnershipType, on_delete=models.PROTECT, related_name="lesson_items")

    class Meta:
        constraints = [
            # As for themes.
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="lessons_lessonpartnershiptype_once"
            )
        ]


class PracticePointer(PointBase):
    """One thing to do that follows from a lesson."""

    lesson = models.ForeignKey(
        Lesson, on_delete=models.CASCADE, related_name="pointers", db_index=False
    )

    class Meta(PointBase.Meta):
        verbose_name = _("practice pointer")
        verbose_name_plural = _("practice pointers")
        constraints = [
            # Also the index by which a lesson's pointers are read, in order.
            models.UniqueConstraint(
                fields=["lesson", "position"], name="lessons_pointer_position_once"
            )
        ]


class LessonSource(SourceBase):
    """A public source that the discussion was written from."""

    lesson = models.ForeignKey(
        Lesson, on_delete=models.CASCADE, related_name="sources", db_index=False
    )

    class Meta(SourceBase.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            # Also the index by which a lesson's sources are read, in order.
            models.UniqueConstraint(
                fields=["lesson", "position"], name="lessons_source_position_once"
            )
        ]


class Evidence(models.Model):
    """What one case says of one lesson, and why."""

    lesson = models.ForeignKey(
        Lesson, on_delete=models.CASCADE, related_name="evidence", db_index=False
    )
    case = models.ForeignKey(CaseStudy, on_delete=models.CASCADE, related_name="evidence")
    stance = models.CharField(_("stance"), max_length=12, choices=Stance)
    note = models.TextField(_("note"), help_text=_("One sentence from the record."))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["lesson__number", "case__title"]
        constraints = [
            # Also the index by which a lesson's evidence is read; the case has one of its own.
            models.UniqueConstraint(fields=["lesson", "case"], name="lessons_evidence_pair_once"),
            is_one_of("stance", Stance, "lessons_evidence_stance_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_stance_display()}: {self.lesson}"


class BaselineChecklist(models.Model):
    """The checklist for a baseline of local small-scale mining. One row."""

    title = models.CharField(_("title"), max_length=160)
    purpose = models.TextField(_("purpose"))
    use_notes = LinesField(_("notes on use"))

    class Meta:
        verbose_name = _("baseline checklist")
        verbose_name_plural = _("baseline checklist")

    def __str__(self) -> str:
        return self.title


class BaselineSource(SourceBase):
    """Public guidance that the checklist was written from."""

    checklist = models.ForeignKey(
        BaselineChecklist, on_delete=models.CASCADE, related_name="sources", db_index=False
    )

    class Meta(SourceBase.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            # Also the index by which the checklist's sources are read, in order.
            models.UniqueConstraint(
                fields=["checklist", "position"], name="lessons_baselinesource_position_once"
            )
        ]


class BaselineSection(models.Model):
    """A part of the checklist, with the sources that it is based on."""

    checklist = models.ForeignKey(
        BaselineChecklist, on_delete=models.CASCADE, related_name="sections"
    )
    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=120)
    introduction = models.TextField(_("introduction"))
    based_on = models.ManyToManyField(
        BaselineSource, verbose_name=_("based on"), related_name="sections", blank=True
    )

    class Meta:
        verbose_name = _("section of the baseline checklist")
        verbose_name_plural = _("sections of the baseline checklist")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class BaselineQuestion(models.Model):
    """One question of the checklist."""

    section = models.ForeignKey(
        BaselineSection, on_delete=models.CASCADE, related_name="questions", db_index=False
    )
    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    question = models.TextField(_("question"))
    why = models.TextField(_("why ask"))
    how = models.TextField(_("how to find out"))
    red_flag = models.BooleanField(
        _("red flag"), default=False, help_text=_("A reason to pause, verify and decide.")
    )
    answer_type = models.CharField(_("kind of answer"), max_length=16, choices=AnswerType)
    choices = LinesField(_("choices"))

    class Meta:
        verbose_name = _("question of the baseline checklist")
        verbose_name_plural = _("questions of the baseline checklist")
        ordering = ["section__position", "position"]
        constraints = [
            # Also the index by which a section's questions are read, in order.
            models.UniqueConstraint(
                fields=["section", "position"], name="lessons_question_position_once"
            ),
            is_one_of("answer_type", AnswerType, "lessons_question_answer_type_is_known"),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def options(self) -> list[str]:
        """What can be ticked, in words; empty where the answer is written."""
        if self.answer_type == AnswerType.YES_NO_UNKNOWN:
            return [str(label) for label in YesNoUnknown.labels]
        if self.answer_type == AnswerType.SCALE:
            return ["1", "2", "3", "4", "5"]
        return list(self.choices)


class GlossaryTerm(models.Model):
    """A word of the field, explained."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    term = models.CharField(_("term"), max_length=100, unique=True)
    expansion = models.CharField(
        _("in full"), max_length=200, blank=True, help_text=_("What an abbreviation stands for.")
    )
    definition = models.TextField(_("definition"))
    seen_in = AddressesField(_("seen in"), help_text=_("Web addresses where the term was met."))

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary")
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term

    def get_absolute_url(self) -> str:
        """Give the address of the entry on the glossary page."""
        return f"{reverse('glossary')}#{self.slug}"

    @property
    def initial(self) -> str:
        """The letter under which a reader looks for it."""
        return self.term[0].upper()


class GlossaryName(models.Model):
    """Another name of a term: local, or in another language."""

    term = models.ForeignKey(
        GlossaryTerm, on_delete=models.CASCADE, related_name="other_names", db_index=False
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(
        _("language"), max_length=8, blank=True, help_text=_("BCP 47 code, such as fr; or empty.")
    )

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["position"]
        constraints = [
            # Also the index by which a term's names are read, in order.
            models.UniqueConstraint(
                fields=["term", "position"], name="lessons_glossaryname_position_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
