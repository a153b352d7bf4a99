"""What making a video costs."""
