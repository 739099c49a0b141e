from django.db import migrations

from portal.search.migrations import RemakeSearchVector


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0002_search'),
        ('portal', '0003_search_words'),
    ]

    operations = [
        RemakeSearchVector('search_perspectives'),
    ]
