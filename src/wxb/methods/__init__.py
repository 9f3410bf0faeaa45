"""The ways to the coefficients: each a frozen record of its options. Which options go together is said in `options`."""
