"""What tools/tidy.py and tools/check_floors.py are made of. Python's standard library alone."""
