"""The case studies on the curation desk: their filters, their form, their cards."""

from casestudies.desk import cards as cards
