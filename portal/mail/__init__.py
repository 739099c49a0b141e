"""Mails leave through an outbox in the database: none for what was undone, and none is lost.

`outbox.py` takes mails in the transaction of the change that they tell of, and sends what waits;
`letters.py` makes their texts from templates. Nothing here knows what is told.
"""
