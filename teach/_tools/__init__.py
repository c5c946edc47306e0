"""What `make teach` makes from the sources under `teach/`: one module for each kind of file."""
