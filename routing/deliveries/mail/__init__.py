"""By mail: what a letter looks like on the wire, and the server that takes it."""
