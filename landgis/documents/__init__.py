"""What people read about a case: the reasoning for one supply, the list of rules."""
