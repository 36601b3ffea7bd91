"""A made-up network of circles, to measure with: `generate_network`."""
