from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0008_vocabulary_care'),
    ]

    operations = [
        migrations.AlterField(
            model_name='formerslug',
            name='slug',
            field=models.CharField(max_length=150),
        ),
        migrations.AlterField(
            model_name='formerslug',
            name='current',
            field=models.CharField(max_length=150),
        ),
    ]
