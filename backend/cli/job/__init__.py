"""The command `job`: tests that the engine keeps, with their events, results and reports. It never keeps one itself."""
