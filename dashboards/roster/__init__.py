"""The duty roster: its weeks, a change as a person typed it, and the calendar that others follow."""
