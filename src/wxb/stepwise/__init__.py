"""Which terms a line should have, by AIC, BIC or adjusted R², from moments alone: a step at a time, in or out.

exact sums ── swept (sweeps): what every term would explain, and every one in the line explains ── search ── steps
"""
