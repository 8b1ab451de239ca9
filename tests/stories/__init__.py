"""Stories over years: random customers, a small model beside them that shares no code with Tenor, and the books."""
