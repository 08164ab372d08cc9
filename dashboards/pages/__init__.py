"""One module for each page."""

from dashboards.pages import departments, digests, health, mail, review, rules, sign_in, signals, sources, tickets, today, trends

PAGES = (
    health.router,
    sign_in.router,
    today.router,
    signals.router,
    departments.router,
    tickets.router,
    trends.router,
    review.router,
    sources.router,
    mail.router,
    digests.router,
    rules.router,
)
