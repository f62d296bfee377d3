"""What a lead watches: tails, funnel, reports."""
