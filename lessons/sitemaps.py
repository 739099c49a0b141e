"""The lessons in the sitemap."""

from lessons.models import Lesson
from portal.sitemaps import PageSitemap, PublishedSitemap, register


class LessonSitemap(PublishedSitemap):
    """Every published lesson."""

    model = Lesson


class GuidanceSitemap(PageSitemap):
    """The list of lessons and the pages of guidance."""

    names = ("lessons", "baseline", "glossary")
    lists = ("lessons",)
    model = Lesson


register("lessons", LessonSitemap)
register("guidance", GuidanceSitemap)
