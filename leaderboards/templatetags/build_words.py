"""Words about builds for templates."""

from django import template

from leaderboards.build_words import REASONS, p_text

register = template.Library()
register.filter("p_value", p_text)
register.filter("build_reason", REASONS.__getitem__)
