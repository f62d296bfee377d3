"""What a lead watches: tails, the funnel, and reports, counted from what happened."""
