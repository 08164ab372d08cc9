"""The kinds of source: one module each, one shape for all. A new kind is a module here and one line in `ingest.sources`."""
