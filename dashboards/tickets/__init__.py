"""What a ticket's pages share: the page itself, its news, its answer."""
