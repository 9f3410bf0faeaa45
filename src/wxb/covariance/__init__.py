"""How estimates of the coefficients vary: each function takes (estimate, passes) and gives their covariance (k, k)."""
