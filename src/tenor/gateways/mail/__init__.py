"""Mail that leaves the house, or stays in the demo's mailbox."""
