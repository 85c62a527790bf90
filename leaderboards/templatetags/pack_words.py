"""Figures of procurement packs in words, for their page."""

from django import template

from leaderboards.procurement import words

register = template.Library()
register.filter("figure", words.figure)
register.filter("provenance", words.provenance)
register.filter("standing", words.standing)
register.filter("evidence", words.evidence)
