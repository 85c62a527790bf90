"""Who states something, on pages."""

from django import template

from leaderboards import references

register = template.Library()
register.filter("web_address", references.web_address)
