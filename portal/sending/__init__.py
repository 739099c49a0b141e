"""Forms that anybody may send without an account: one stored thing each, little room for abuse.

`tickets.py` makes a form that is sent twice one thing, `guard.py` tells what looks like spam, and
`proof.py` asks a browser for work where too much comes in. Nothing here knows what is sent.
"""
