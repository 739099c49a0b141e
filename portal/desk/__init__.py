"""The curation desk: what the admin of every app has beyond Django's own.

`options.py` is the base class of the admins. Lists: `filters.py` says what they are narrowed by,
`changelist.py` counts, `search.py` finds drafts and published records alike, `saving.py` keeps an
address under a name. Forms: `sections.py` puts them in reading order, `widgets.py` and `forms.py`
are their fields, `preview.py` shows Markdown as it will look. First page: `dashboard.py` gathers
the cards of the apps, `states.py` makes those that hold for every kind of record.
"""
