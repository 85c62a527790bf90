"""Pages as a browser without JavaScript gets them, through the HTTP front door."""
