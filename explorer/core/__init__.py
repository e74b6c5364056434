"""What every part shares: hyperparams, figures, claims, sessions. Standard library and numpy only."""
