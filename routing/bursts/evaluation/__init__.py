"""How good the detectors are: outbreaks put into the counts of a made-up town, beside the rules that products use."""
