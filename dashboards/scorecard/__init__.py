"""The scorecard: a municipality's own goals, how far it is with each, and where every number comes from."""
