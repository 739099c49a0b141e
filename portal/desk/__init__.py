"""The curation desk: what the admin of every app has beyond Django's own.

`options.py` is the base class of the admins, `filters.py` and `changelist.py` count what lists are
narrowed by, `search.py` finds drafts and published records alike, `sections.py` puts a form in
reading order, `widgets.py` are its fields, `dashboard.py` is the first page.
"""
