"""How estimates of the coefficients vary: which errors are asked for, and what gives them (`Covariance`)."""
