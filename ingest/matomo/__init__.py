"""What Matomo counted: a typed client of its Reporting API, and the days of it that we keep as measures."""
