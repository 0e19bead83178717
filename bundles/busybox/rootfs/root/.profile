# The home of root.
