"""The web application: the stand-up, the departments' inboxes, trends, sources and mail."""
