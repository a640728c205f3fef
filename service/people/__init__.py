"""Who may sign in to the dashboard, what they may do there, and the record of what they changed."""
