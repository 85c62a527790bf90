"""The agent of hardware owners: measures models on their machines and reports to an Arena.

`contract` is what agent and site have in common; everything else is the agent's own.
"""

from typing import Final

__version__: Final = "0.1.0"
