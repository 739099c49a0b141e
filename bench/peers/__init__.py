"""The engines that the portal is measured beside, each in its usual form, given every help.

All answer the same question (`base.Asked`) with the same data (`base.Answer`): how many cases, the
count of every value of ten facets, and the first twenty primary keys in the portal's order. They
need not parse an address or read a text search: they get both ready.
"""
