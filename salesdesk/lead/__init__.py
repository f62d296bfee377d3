"""What a lead watches: the funnel and the reports, counted from what happened."""
