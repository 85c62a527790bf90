"""The cost calculator: a workload, a tariff, a machine and a floor in, a shortlist out."""
