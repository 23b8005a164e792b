"""What a decision table is held to: the contract, its form, the law, the analysis."""
