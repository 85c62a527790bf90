"""What an owner types: commands, tables and progress."""
