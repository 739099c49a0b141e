"""Documents as PDF: what they are made of, how they are set, kept and answered with.

document.py and tree.py make the data, engine.py sets it in a process of its own (worker.py),
kept.py keeps what is finished, answer.py gives it to a visitor, and chapters.py lets apps add to
each other's documents.
"""
