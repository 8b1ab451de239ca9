"""How fast it is: `make bench` measures and prints, and nothing here is a test. Numbers belong to one machine."""
