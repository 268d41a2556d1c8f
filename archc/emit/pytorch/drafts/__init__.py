"""A class while it is written: what is noted, what is in sight, where its modules go."""
