"""Measuring: is it any good, and how sure can one be?

Taught in chapter 13."""
