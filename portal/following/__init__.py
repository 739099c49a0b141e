"""Following something by e-mail: digests of what is new, to those who asked for it twice.

`kinds.py` says what can be followed (each app registers its own in its room `following.py`),
`records.py` makes such kinds of records and of selections, `subscribing.py` starts and ends,
`digests.py` sends. Nothing here knows what is followed.
"""
