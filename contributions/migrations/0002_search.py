from django.db import migrations

from portal.search.migrations import CreateSearchIndex


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0001_initial'),
        ('portal', '0002_search'),
    ]

    operations = [
        CreateSearchIndex('search_perspectives'),
    ]
