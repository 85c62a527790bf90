"""What the agent and the site agree on: recipes, profiles, samples, reports and their formulas.

Pure code without network, files or clock, except the profiles that ship in this folder. The site
imports nothing else of the agent.
"""

from typing import Final

SUITE_VERSION: Final = "2026.11"
"""Version of all that gives a number its meaning: load, prompts, formulas. In each report."""
