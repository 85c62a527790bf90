"""Two to six rows of one board beside each other: ratings, figures, costs, facts."""
