"""What zizmor does not look at in workflows and actions."""
