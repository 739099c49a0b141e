"""How records are changed by people: drafts, review, working copies, history. Knows no content.

An app says in its curation.py what its records are made of (`anatomy.register`); the rest follows.
"""
