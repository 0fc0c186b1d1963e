"""From a file in `content/` to a mail and an SMS: both packages as they run, over the formats they share."""
