"""Words about builds for templates."""

from django import template

from leaderboards import build_words

register = template.Library()
register.filter("p_value", build_words.p_text)
register.filter("build_reason", build_words.reason_text)
