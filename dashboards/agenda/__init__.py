"""The municipality's calendar, as iCalendar and as what a person typed."""
