"""The report's own prose: its template read, its questions asked, its numbers written where they stand."""
