"""Dates, times and durations of FEEL: `kinds` holds them, `texts` reads them, `standard` meets the standard library."""
