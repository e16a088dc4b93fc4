"""Measurements of the portal against its targets, as ratios in one run. `./bench --help`."""
