"""The border: what a source said goes in, what may be stored comes out, masked and pseudonymous."""
