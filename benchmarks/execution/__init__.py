"""Interpreted and compiled execution of one page, side by side."""
