"""The floor of the page measurements: a Django project with one template and hardly a view.

It has the portal's middleware, less the portal's own page cache, and asks no database. `page`
renders the finished page of the portal from one template in which the words that change are
variables; `fixed` gives the portal's compressed bytes with its headers; WhiteNoise serves them as a
file.
"""
