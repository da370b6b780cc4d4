"""How good the models are, as their evaluations tell."""
