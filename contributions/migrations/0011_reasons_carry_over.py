from django.db import migrations

# By model and column: the code as it was, and as it is in the one list of reasons.
CODES = [
    ('Response', 'decline_reason', {'person': 'private', 'risk': 'harm'}),
    ('ResponseStep', 'reason', {'person': 'private', 'risk': 'harm'}),
    ('ContributionStep', 'reason', {'unsupported': 'allegation'}),
]


def carry_over(apps, editor):
    for model, column, codes in CODES:
        rows = apps.get_model('contributions', model)._base_manager
        for old, new in codes.items():
            rows.filter(**{column: old}).update(**{column: new})


def carry_back(apps, editor):
    for model, column, codes in CODES:
        rows = apps.get_model('contributions', model)._base_manager
        for old, new in codes.items():
            rows.filter(**{column: new}).update(**{column: old})


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0010_one_list_of_reasons_and_appeals_in_dialogues'),
    ]

    operations = [migrations.RunPython(carry_over, carry_back)]
