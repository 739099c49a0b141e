from django.db import migrations

from portal.search.migrations import RemakeSearchVector


class Migration(migrations.Migration):

    dependencies = [
        ('lessons', '0003_tidy'),
        ('portal', '0003_search_words'),
    ]

    operations = [
        RemakeSearchVector('search_lessons'),
        RemakeSearchVector('search_glossary'),
    ]
