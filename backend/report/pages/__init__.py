"""What stands on which page. Each module writes one kind of page on a sheet; none of them draws."""
