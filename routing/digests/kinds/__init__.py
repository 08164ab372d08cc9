"""What each kind of digest tells: the day's, the week's, the half page and the crisis's."""
