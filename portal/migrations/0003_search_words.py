from django.db import migrations

from portal.search.migrations import UnaccentNumberedWords


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0002_search'),
    ]

    operations = [
        UnaccentNumberedWords(),
    ]
