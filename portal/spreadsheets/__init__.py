"""Records in and out of spreadsheets: one sheet for the records, one for each kind of their rows.

    file -> reading.py (safe cells) -> understanding.py (documents)
         -> planning.py (what would change) -> running.py (all or nothing)
    and back: writing.py (export), template.py

The sheets follow from what records are made of (layout.py); no app declares them by hand.
"""
