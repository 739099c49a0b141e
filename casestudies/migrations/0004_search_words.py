from django.db import migrations

from portal.search.migrations import RemakeSearchVector


class Migration(migrations.Migration):

    dependencies = [
        ('casestudies', '0003_tidy'),
        ('portal', '0003_search_words'),
    ]

    operations = [
        RemakeSearchVector('search_cases'),
    ]
